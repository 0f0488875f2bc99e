/**
 * The WebAssembly module that transposes byte planes back into elements, assembled from its instructions: 16 bytes of every
 * plane at a time, interleaved in log2(size) rounds of `i8x16.shuffle` (WebAssembly 2.0, binary format, section 5.4).
 *
 * Exports `memory` and one `unshuffle<size>(count: i32)` per size. Plane b lies at `b * PLANE_STRIDE`, the elements are written
 * from `ELEMENTS_AT` on; `count` is at most {@link BLOCK} and counts as rounded up to 16.
 */

/** Elements of one call: planes and elements together stay in the first-level caches. */
export const BLOCK = 4096;

/** Not a power of two, so that the planes do not compete for the same lines of the cache. */
export const PLANE_STRIDE = BLOCK + 64;

export const SIMD_SIZES = [2, 4, 8] as const;

const LARGEST = 8;
export const ELEMENTS_AT = LARGEST * PLANE_STRIDE;
const PAGE = 65536;
const PAGES = Math.ceil((ELEMENTS_AT + LARGEST * BLOCK) / PAGE);

const I32 = 0x7f;
const V128 = 0x7b;
const COUNT = 0;
const INDEX = 1;
const AT = 2;
const FIRST_VECTOR = 3;

export function unshuffleModule(): Uint8Array<ArrayBuffer> {
  const names = SIMD_SIZES.map((size) => `unshuffle${size}`);
  return Uint8Array.from([
    ...[0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00],
    ...section(1, list([[0x60, ...list([[I32]]), ...list([])]])),
    ...section(3, list(names.map(() => [0]))),
    ...section(5, list([[0x01, ...unsigned(PAGES), ...unsigned(PAGES)]])),
    ...section(7, list([exported("memory", 2, 0), ...names.map((name, i) => exported(name, 0, i))])),
    ...section(10, list(SIMD_SIZES.map((size) => sized(transpose(size))))),
  ]);
}

/** `do { …16 elements… } while ((index += 16) < count)` */
function transpose(size: number): number[] {
  const vectors = new Vectors();
  let streams = Array.from({ length: size }, (_, plane) => [vectors.load(plane * PLANE_STRIDE)]);
  for (let unit = 1; streams.length > 1; unit *= 2) {
    const merged: number[][] = [];
    for (let i = 0; i < streams.length; i += 2)
      merged.push(vectors.interleave(streams[i] as number[], streams[i + 1] as number[], unit));
    streams = merged;
  }
  for (const [i, vector] of (streams[0] as number[]).entries()) vectors.store(vector, ELEMENTS_AT + 16 * i);
  return [
    ...list([
      [2, I32],
      [...unsigned(vectors.count), V128],
    ]),
    ...[0x03, 0x40],
    ...[0x20, INDEX, 0x41, ...unsigned(size), 0x6c, 0x21, AT],
    ...vectors.code,
    ...[0x20, INDEX, 0x41, 16, 0x6a, 0x22, INDEX, 0x20, COUNT, 0x49, 0x0d, 0x00],
    ...[0x0b, 0x0b],
  ];
}

/** Instructions on vectors, each result in a local of its own. */
class Vectors {
  readonly code: number[] = [];
  count = 0;

  load(offset: number): number {
    return this.#result(0x20, INDEX, 0xfd, 0x00, 0x00, ...unsigned(offset));
  }

  store(vector: number, offset: number): void {
    this.code.push(0x20, AT, 0x20, vector, 0xfd, 0x0b, 0x00, ...unsigned(offset));
  }

  /** Two streams of vectors as one: `unit` bytes of the first, `unit` of the second, and so on. */
  interleave(a: readonly number[], b: readonly number[], unit: number): number[] {
    return a.flatMap((vector, i) => [0, 8].map((half) => this.#shuffle(vector, b[i] as number, half, unit)));
  }

  #shuffle(a: number, b: number, from: number, unit: number): number {
    const lanes = Array.from({ length: 16 }, (_, lane) => {
      const pair = Math.floor(lane / (2 * unit));
      const second = lane % (2 * unit) >= unit;
      return from + pair * unit + (lane % unit) + (second ? 16 : 0);
    });
    return this.#result(0x20, a, 0x20, b, 0xfd, 0x0d, ...lanes);
  }

  #result(...instructions: number[]): number {
    const local = FIRST_VECTOR + this.count++;
    this.code.push(...instructions, 0x21, local);
    return local;
  }
}

/** LEB128. */
function unsigned(value: number): number[] {
  const bytes: number[] = [];
  for (let rest = value; ; ) {
    const low = rest & 0x7f;
    rest >>>= 7;
    if (rest === 0) return [...bytes, low];
    bytes.push(low | 0x80);
  }
}

function sized(bytes: readonly number[]): number[] {
  return [...unsigned(bytes.length), ...bytes];
}

function list(items: readonly (readonly number[])[]): number[] {
  return [...unsigned(items.length), ...items.flat()];
}

function section(id: number, content: readonly number[]): number[] {
  return [id, ...sized(content)];
}

function exported(name: string, kind: number, index: number): number[] {
  return [...sized([...Buffer.from(name)]), kind, index];
}
