import type { Probe } from "graticule/plugin";

const SIGNATURE = Buffer.from("\x89HDF\r\n\x1a\n", "latin1");

/** A superblock begins at 0, 512, 1024, …, doubling. */
export async function sniff(probe: Probe): Promise<"yes" | "no"> {
  for (let at = 0; at + SIGNATURE.length <= probe.size; at = at === 0 ? 512 : at * 2) {
    const bytes = await probe.peek(at, SIGNATURE.length);
    if (SIGNATURE.equals(bytes)) return "yes";
  }
  return "no";
}
