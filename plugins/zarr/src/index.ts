import type { FormatPlugin } from "graticule/plugin";
import { open } from "./open.js";
import { sniff } from "./sniff.js";

const plugin: FormatPlugin = { id: "zarr", apiVersion: 1, sniff, open };

export default plugin;
