import { brotliDecompressSync } from "node:zlib";
import type { Codec } from "../../codec/contract.js";
import { expandBlock } from "../../codec/kernels.js";
import { codecRegistry } from "../../codec/registry.js";
import { skipSnappyLength } from "../../codec/snappy-length.js";
import { GraticuleError } from "../../errors.js";
import { damaged, unsupported } from "./damaged.js";

/** Bytes of a page, decompressed. The result may lie in memory that the next call uses again. */
export type Decompress = (bytes: Uint8Array, length: number) => Uint8Array;

/** Numbers of CompressionCodec. */
const NAMES: Readonly<Record<number, string>> = {
  0: "none",
  1: "snappy",
  2: "gzip",
  3: "lzo",
  4: "brotli",
  5: "lz4",
  6: "zstd",
  7: "lz4_raw",
};
/** A page that gives more is taken for damage. */
const LARGEST = 1 << 30;
/** Bytes of output per byte of input at most: a copy of 64 bytes takes 3 in Snappy, lengths grow by 255 a byte in LZ4. */
const EXPANSION = { snappy: 64, lz4: 255 } as const;
const registry = codecRegistry();

/** @throws `unsupported`, naming the codec */
export async function decompressorFor(codec: number): Promise<Decompress> {
  switch (NAMES[codec]) {
    case "none":
      return (bytes, length) => {
        if (bytes.length < length) throw damaged(`a page of ${bytes.length} bytes that declares ${length}`);
        return bytes.subarray(0, length);
      };
    case "gzip":
    case "zstd":
      return limited(streaming(await registry.get({ id: NAMES[codec] as string, parameters: {} }), NAMES[codec] as string));
    case "snappy":
      return limited((bytes, length) => block("snappy", skipSnappyLength(bytes, length), length));
    case "lz4_raw":
      return limited((bytes, length) => block("lz4", bytes, length));
    case "lz4":
      return limited(hadoopLz4);
    case "brotli":
      return limited(brotli);
    default:
      throw unsupported(`no decoder for the codec ${NAMES[codec] ?? codec}`, {
        hint: "write the file again with a codec that is read: zstd, snappy, gzip, lz4_raw, brotli",
      });
  }
}

function limited(decompress: Decompress): Decompress {
  return (bytes, length) => {
    if (length > LARGEST) throw damaged(`a page that declares ${length} bytes`);
    return length === 0 ? bytes.subarray(0, 0) : decompress(bytes, length);
  };
}

function streaming(codec: Codec, id: string): Decompress {
  const spec = { id, parameters: {} };
  return (bytes, length) => codec.decode(bytes, spec, { decodedLength: length, parallel: false, reuse: true }) as Uint8Array;
}

let memory = new Uint8Array(0);

function output(length: number): Uint8Array {
  if (memory.length < length) memory = new Uint8Array(length);
  return memory.subarray(0, length);
}

function block(name: "snappy" | "lz4", bytes: Uint8Array, length: number): Uint8Array {
  if (length > 4096 && length > bytes.length * EXPANSION[name])
    throw damaged(`${name}: ${bytes.length} bytes cannot give the ${length} that a page declares`);
  const out = output(length);
  const written = expandBlock(name, bytes, out);
  if (written !== length) throw damaged(`${name} gives ${written} bytes where a page declares ${length}`);
  return out;
}

/**
 * The codec LZ4 is Hadoop's: blocks, each after its own two lengths, big-endian. Some writers have put one plain block there
 * instead (parquet-format's Compression.md).
 */
function hadoopLz4(bytes: Uint8Array, length: number): Uint8Array {
  return framed(bytes, length) ?? block("lz4", bytes, length);
}

function framed(bytes: Uint8Array, length: number): Uint8Array | null {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const pieces: { readonly at: number; readonly stored: number; readonly to: number; readonly size: number }[] = [];
  let at = 0;
  let to = 0;
  while (at < bytes.length) {
    if (at + 8 > bytes.length) return null;
    const [size, stored] = [view.getUint32(at), view.getUint32(at + 4)];
    if (stored > bytes.length - at - 8 || size > length - to || (size > 4096 && size > stored * EXPANSION.lz4)) return null;
    pieces.push({ at: at + 8, stored, to, size });
    at += 8 + stored;
    to += size;
  }
  if (to !== length) return null;
  const out = output(length);
  for (const { at: from, stored, to: start, size } of pieces) {
    const written = expandBlock("lz4", bytes.subarray(from, from + stored), out.subarray(start, start + size));
    if (written !== size) throw damaged(`lz4 gives ${written} bytes where a block declares ${size}`);
  }
  return out;
}

function brotli(bytes: Uint8Array, length: number): Uint8Array {
  try {
    const out = brotliDecompressSync(bytes, { maxOutputLength: length });
    if (out.length !== length) throw damaged(`brotli gives ${out.length} bytes where a page declares ${length}`);
    return out;
  } catch (error) {
    if (error instanceof GraticuleError) throw error;
    throw damaged(`brotli: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
}
