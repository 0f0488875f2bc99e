import type { ByteSource, Dataset, ReadContext } from "graticule/plugin";
import { computeLayout } from "./compute-layout.js";
import { readHeader } from "./read-header.js";
import { ClassicVariable } from "./variable.js";

/**
 * Reads the header and nothing else. Variables whose values are damaged or cut off carry an `error`; the rest is whole.
 * @throws `malformed`, `truncated` where the header itself cannot be read
 */
export async function open(source: ByteSource, context: ReadContext): Promise<Dataset> {
  const header = await readHeader(source, context.signal);
  const { layout, warnings } = computeLayout(header, source.url, source.size);
  const dimensions = header.dimensions.map(({ name, length }) => ({
    path: `/${name}`,
    name,
    length: length === 0 ? layout.records : length,
    unlimited: length === 0,
  }));
  return {
    format: "netcdf3",
    container: "netcdf3",
    version: header.version,
    source,
    dimensions,
    groups: [{ path: "/", attributes: header.attributes }],
    variables: layout.variables.map((v) => new ClassicVariable(v, dimensions, layout.recordStride, source.url)),
    warnings: [...warnings, ...repeated("dimensions", dimensions), ...repeated("variables", header.variables)],
    ...(header.notes.length > 0 && { notes: header.notes }),
    close: () => source.close(),
  };
}

function repeated(what: string, items: readonly { readonly name: string }[]): string[] {
  const seen = new Set<string>();
  const twice = new Set<string>();
  for (const { name } of items) (seen.has(name) ? twice : seen).add(name);
  return [...twice].map((name) => `several ${what} are named ${name}`);
}
