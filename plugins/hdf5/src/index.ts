import type { FormatPlugin } from "graticule/plugin";
import { open } from "./open.js";
import { sniff } from "./sniff.js";

const plugin: FormatPlugin = { id: "hdf5", apiVersion: 1, sniff, open };
export default plugin;
