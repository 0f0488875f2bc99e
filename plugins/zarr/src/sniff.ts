import type { Probe } from "graticule/plugin";
import { isTagged } from "./error.js";
import { readDirectory } from "./zip/directory.js";
import { storeInside } from "./zip/objects.js";

/** Keys of a reference file that begin it, or of the references themselves. */
const REFERENCES =
  /"(?:refs|templates|gen)"\s*:\s*[[{]|"version"\s*:\s*[01]\s*,\s*"(?:refs|templates|gen)"|"(?:[^"]*\/)?(?:\.z(?:array|group|attrs|metadata)|zarr\.json)"\s*:/;
const CHUNK = /"[^"]*[^"/]\/(?:c\/)?\d+(?:[./]\d+)*"\s*:\s*(?:\["|"base64:)/;
const METADATA = /"zarr_format"\s*:\s*[123]|"zarr_consolidated_format"\s*:|"record_size"\s*:/;
const MARKER = /(?:^|[/\\])(?:zarr\.json|\.zgroup|\.zarray|\.zmetadata)(?:[?#].*)?$/;

/** A zip file with a Zarr store in it, a file of references, or an object that marks a store. */
export async function sniff(probe: Probe): Promise<"yes" | "maybe" | "no"> {
  const head = Buffer.from(await probe.peek(0, Math.min(probe.size, 4096)));
  if (head.toString("latin1", 0, 4) === "PK\u0003\u0004") return sniffZip(probe);
  const text = head
    .toString("utf8")
    .replace(/^\ufeff/, "")
    .trimStart();
  if (!text.startsWith("{")) return "no";
  if (MARKER.test(probe.url)) return METADATA.test(text) || probe.size > 4096 ? "yes" : "no";
  if (REFERENCES.test(text) || CHUNK.test(text)) return "yes";
  return METADATA.test(text) ? "maybe" : "no";
}

/** A zip file that is cut short may hold one: opening it tells. */
async function sniffZip(probe: Probe): Promise<"yes" | "maybe" | "no"> {
  try {
    const entries = await readDirectory(probe.url, probe.size, (offset, length) => probe.peek(offset, length));
    return storeInside(entries.keys()) === null ? "no" : "yes";
  } catch (error) {
    if (isTagged(error, "truncated", "malformed")) return "maybe";
    throw error;
  }
}
