/**
 * A WebAssembly SIMD module that puts byte planes back together, assembled here: three loops do not justify a toolchain.
 * Each exported function `u2`, `u4`, `u8` takes (source, target, plane stride, end of the first plane), all byte addresses
 * in the exported memory, and handles 16 elements a turn.
 */
export function unshuffleModule(): Uint8Array<ArrayBuffer> {
  const sizes = [2, 4, 8] as const;
  const functionType = [0x60, 4, I32, I32, I32, I32, 0];
  return Uint8Array.from([
    ...[0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00],
    ...section(1, vector([functionType])),
    ...section(3, vector(sizes.map(() => [0]))),
    ...section(5, vector([[0x00, 1]])),
    ...section(7, vector([exported("memory", 2, 0), ...sizes.map((size, i) => exported(`u${size}`, 0, i))])),
    ...section(10, vector(sizes.map((size) => sized(loopFor(size))))),
  ]);
}

const I32 = 0x7f;
const V128 = 0x7b;
const [SOURCE, TARGET, STRIDE, END] = [0, 1, 2, 3] as const;
const FIRST_VECTOR = 4;

function loopFor(size: 2 | 4 | 8): number[] {
  const code: number[] = [];
  const vectors = { next: FIRST_VECTOR };
  const fresh = (): number => vectors.next++;
  let current = Array.from({ length: size }, (_, plane) => {
    const local = fresh();
    code.push(...get(SOURCE), ...get(STRIDE), ...constant(plane), 0x6c, 0x6a, 0xfd, 0x00, 0, 0, ...set(local));
    return local;
  });
  // Interleaving units of 1, 2, 4 bytes joins 2, 4, 8 planes: each stage merges neighbours of the last.
  for (let unit = 1; unit < size; unit *= 2) {
    const groups = size / (2 * unit);
    const width = unit;
    const merged: number[] = [];
    for (let group = 0; group < groups; group++) {
      for (let i = 0; i < width; i++) {
        const a = current[group * 2 * width + i] as number;
        const b = current[group * 2 * width + width + i] as number;
        for (const half of [0, 8]) {
          const local = fresh();
          code.push(...get(a), ...get(b), 0xfd, 0x0d, ...lanes(unit, half), ...set(local));
          merged.push(local);
        }
      }
    }
    current = merged;
  }
  for (const [i, local] of current.entries()) code.push(...get(TARGET), ...get(local), 0xfd, 0x0b, 0, ...unsigned(16 * i));
  code.push(...get(TARGET), ...constant(16 * size), 0x6a, ...set(TARGET));
  code.push(...get(SOURCE), ...constant(16), 0x6a, 0x22, SOURCE, ...get(END), 0x49, 0x0d, 0);
  const locals = [1, ...unsigned(vectors.next - FIRST_VECTOR), V128];
  return [...locals, 0x03, 0x40, ...code, 0x0b, 0x0b];
}

/** The 16 lanes of an interleave of two vectors by units, of their lower (0) or upper (8) halves. */
function lanes(unit: number, half: number): number[] {
  const out: number[] = [];
  for (let at = half; at < half + 8; at += unit) {
    for (let k = 0; k < unit; k++) out.push(at + k);
    for (let k = 0; k < unit; k++) out.push(16 + at + k);
  }
  return out;
}

const get = (local: number): number[] => [0x20, ...unsigned(local)];
const set = (local: number): number[] => [0x21, ...unsigned(local)];

/** i32.const: signed LEB128. */
function constant(value: number): number[] {
  const bytes = unsigned(value);
  if ((bytes[bytes.length - 1] as number) & 0x40) {
    bytes[bytes.length - 1] = (bytes[bytes.length - 1] as number) | 0x80;
    bytes.push(0);
  }
  return [0x41, ...bytes];
}

function unsigned(value: number): number[] {
  const out: number[] = [];
  let rest = value;
  do {
    const more = rest >= 0x80;
    out.push((rest & 0x7f) | (more ? 0x80 : 0));
    rest >>>= 7;
  } while (rest > 0);
  return out;
}

const sized = (bytes: readonly number[]): number[] => [...unsigned(bytes.length), ...bytes];
const vector = (items: readonly (readonly number[])[]): number[] => [...unsigned(items.length), ...items.flat()];
const section = (id: number, bytes: readonly number[]): number[] => [id, ...sized(bytes)];
const exported = (name: string, kind: number, index: number): number[] => [...sized([...Buffer.from(name)]), kind, index];
