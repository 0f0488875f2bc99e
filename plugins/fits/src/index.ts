import type { FormatPlugin } from "graticule/plugin";
import { open } from "./open.js";

const plugin: FormatPlugin = {
  id: "fits",
  apiVersion: 1,
  async sniff(probe) {
    const start = Buffer.from(await probe.peek(0, 9)).toString("latin1");
    return start === "SIMPLE  =" ? "yes" : "no";
  },
  open,
};

export default plugin;
