import type { PluginNames } from "./names.js";

const MAGIC = "TOYGRID1";
export const MAGIC_HEX = Buffer.from(MAGIC, "ascii").toString("hex");

export function sourceFiles(names: PluginNames): Record<string, string> {
  return { "src/index.ts": indexFile(names), "src/header.ts": headerFile(), "src/error.ts": errorFile() };
}

function headerFile(): string {
  return `import type { ByteSource } from "graticule/plugin";
import { error } from "./error.js";

/**
 * The example's format, to be replaced by yours. All numbers are little-endian.
 *
 *   offset  bytes
 *        0      8  the letters ${MAGIC}
 *        8      4  uint32   rows (latitudes)
 *       12      4  uint32   columns (longitudes)
 *       16     16  float64  first latitude, step in latitude
 *       32     16  float64  first longitude, step in longitude
 *       48     16  units in ASCII, filled with NUL
 *       64         float32  values, row by row; NaN is missing
 */
export interface Header {
  readonly rows: number;
  readonly columns: number;
  readonly latitude: { readonly first: number; readonly step: number };
  readonly longitude: { readonly first: number; readonly step: number };
  readonly units: string;
}

export const MAGIC = "${MAGIC}";
export const HEADER_BYTES = 64;

/** @throws \`truncated\` where the file is shorter than it says: check before you allocate anything for what a header declares */
export async function readHeader(source: ByteSource): Promise<Header> {
  if (source.size < HEADER_BYTES) throw error("truncated", \`a header of \${HEADER_BYTES} bytes needed, \${source.size} there\`, 0);
  const bytes = await source.readOne({ offset: 0, length: HEADER_BYTES });
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const rows = view.getUint32(8, true);
  const columns = view.getUint32(12, true);
  const needed = HEADER_BYTES + rows * columns * 4;
  if (needed > source.size) throw error("truncated", \`\${rows} × \${columns} values need \${needed} bytes, \${source.size} there\`, HEADER_BYTES);
  return {
    rows,
    columns,
    latitude: { first: view.getFloat64(16, true), step: view.getFloat64(24, true) },
    longitude: { first: view.getFloat64(32, true), step: view.getFloat64(40, true) },
    units: Buffer.from(bytes.subarray(48, 64)).toString("ascii").replace(/\\0.*$/s, ""),
  };
}
`;
}

function errorFile(): string {
  return `import type { ErrorTag } from "graticule/plugin";

/** Graticule knows an error by its tag: \`malformed\`, \`truncated\`, \`unsupported\`, …; it adds file and variable itself. */
export function error(tag: ErrorTag, message: string, offset?: number): Error {
  return Object.assign(new Error(message), { tag, ...(offset === undefined ? {} : { offset }) });
}
`;
}

function indexFile(names: PluginNames): string {
  return `import type { ArrayVariable, Attribute, Dataset, Dimension, FormatPlugin, ReadContext } from "graticule/plugin";
import { HEADER_BYTES, type Header, MAGIC, readHeader } from "./header.js";

const plugin: FormatPlugin = {
  id: "${names.id}",
  apiVersion: ${names.apiVersion},

  /** Asked only where package.json's magic number fits; the place for a closer look. */
  async sniff(probe) {
    const start = await probe.peek(0, MAGIC.length);
    return Buffer.from(start).toString("ascii") === MAGIC ? "yes" : "no";
  },

  /** Reads the header only: values are located later, and read by graticule. */
  async open(source): Promise<Dataset> {
    const header = await readHeader(source);
    return {
      format: "${names.id}",
      container: "${names.id}",
      version: 1,
      source,
      dimensions: [dimension("lat", header.rows), dimension("lon", header.columns)],
      groups: [{ path: "/", attributes: new Map() }],
      variables: [
        coordinate("lat", header.rows, header.latitude, "degrees_north", "latitude"),
        coordinate("lon", header.columns, header.longitude, "degrees_east", "longitude"),
        grid(source.url, header),
      ],
      warnings: [],
      close: async () => {},
    };
  },
};
export default plugin;

function dimension(name: string, length: number): Dimension {
  return { path: \`/\${name}\`, name, length, unlimited: false };
}

function text(value: string): Attribute {
  return { dtype: "char", values: [value] };
}

/** Values that lie nowhere in the file: one chunk whose bytes are given inline. */
function coordinate(name: string, length: number, axis: { first: number; step: number }, units: string, standardName: string): ArrayVariable {
  return {
    path: \`/\${name}\`,
    name,
    dtype: { name: "float64", size: 8, byteOrder: "little" },
    dims: [name],
    dimPaths: [\`/\${name}\`],
    shape: [length],
    chunks: null,
    codecs: [],
    attributes: new Map([
      ["units", text(units)],
      ["standard_name", text(standardName)],
    ]),
    access: "direct",
    async *locate() {
      const bytes = new Uint8Array(8 * length);
      const view = new DataView(bytes.buffer);
      for (let i = 0; i < length; i++) view.setFloat64(8 * i, axis.first + i * axis.step, true);
      yield { kind: "inline", origin: [0], shape: [length], filterMask: 0, bytes };
    },
  };
}

/** Values that lie in the file as one block: the context says which byte ranges a box needs. */
function grid(url: string, header: Header): ArrayVariable {
  const shape = [header.rows, header.columns];
  return {
    path: "/value",
    name: "value",
    dtype: { name: "float32", size: 4, byteOrder: "little" },
    dims: ["lat", "lon"],
    dimPaths: ["/lat", "/lon"],
    shape,
    chunks: null,
    codecs: [],
    attributes: new Map([["units", text(header.units)]]),
    access: "direct",
    async *locate(box, context: ReadContext) {
      yield* context.locateBlock({ url, offset: HEADER_BYTES, shape, elementSize: 4 }, box);
    },
  };
}
`;
}
