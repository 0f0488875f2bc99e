import type { FormatPlugin } from "graticule/plugin";
import { open } from "./open.js";
import { versionOf } from "./read-header.js";

const plugin: FormatPlugin = {
  id: "netcdf3",
  apiVersion: 1,
  /** "CDF" of an unknown version is "maybe", so that `open` can say which version it found. */
  async sniff(probe) {
    const found = versionOf(await probe.peek(0, 4));
    return found === "known" ? "yes" : found === "unknown" ? "maybe" : "no";
  },
  open,
};

export default plugin;
