import type { ByteSource, ReadOptions } from "../../store/contract.js";
import { type Footer, readFooter } from "./footer.js";

const kept = new Map<string, Footer>();
/** Footers kept, and the bytes of one at most. */
const MOST = 256;
const LARGEST = 1 << 20;

/** A file's footer, from memory where the same version of the file was opened before. */
export async function cachedFooter(source: ByteSource, options: ReadOptions = {}): Promise<Footer> {
  const key = `${source.version} ${source.size} ${source.url}`;
  const known = kept.get(key);
  if (known) {
    kept.delete(key);
    kept.set(key, known);
    return known;
  }
  const footer = await readFooter(source, options);
  if (footer.tail.length <= LARGEST) kept.set(key, footer);
  for (const oldest of kept.keys()) {
    if (kept.size <= MOST) break;
    kept.delete(oldest);
  }
  return footer;
}
