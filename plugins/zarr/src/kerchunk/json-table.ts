import type { ByteSource } from "graticule/plugin";
import { ZarrError } from "../error.js";
import { isObject, type Json, member, parseJson, requireObject } from "../json.js";
import { isMetadataKey } from "../objects.js";
import { generate } from "./generate.js";
import { type ReferenceTable, referenceOf } from "./reference.js";
import { templatesOf } from "./template.js";

/** What fits into one string of V8. */
const LARGEST = 500_000_000;

/**
 * A reference file in JSON: version 1 with `refs`, `templates` and `gen`, or version 0, which is the references alone
 * (kerchunk's specification, "references").
 *
 * @throws `malformed`, `unsupported`
 */
export async function readJsonTable(source: ByteSource, signal: AbortSignal | undefined): Promise<ReferenceTable> {
  const details = { file: source.url, hint: "write them as Parquet: kerchunk.df.refs_to_dataframe" };
  if (source.size > LARGEST) throw new ZarrError("unsupported", `references of ${source.size} bytes of JSON`, details);
  const bytes = await source.readOne({ offset: 0, length: source.size }, { signal });
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    .toString("utf8")
    .replace(/^\ufeff/, "");
  const document = requireObject(parseJson(text, "the reference file", true), "the reference file");
  const version = member(document, "version");
  const inner = member(document, "refs");
  const isWrapped = isObject(inner);
  if (version !== undefined && !isWrapped)
    throw new ZarrError("malformed", "the reference file has a version and no refs", { file: source.url });
  if (isWrapped && version !== undefined && version !== 0 && version !== 1)
    throw new ZarrError("unsupported", `references of version ${String(version).slice(0, 40)}`, { file: source.url });
  const templates = templatesOf(isWrapped ? member(document, "templates") : undefined);
  // Millions of references stay in the object that they were parsed into.
  const refs = isWrapped ? inner : document;
  const generated = new Map<string, Json>();
  if (isWrapped) await generate(member(document, "gen"), templates, generated, signal);
  return {
    metadataKeys: [...Object.keys(refs), ...generated.keys()].filter(isMetadataKey),
    async find(key) {
      const json = generated.get(key) ?? member(refs, key);
      return json === undefined || json === null ? null : referenceOf(json, key, templates);
    },
  };
}
