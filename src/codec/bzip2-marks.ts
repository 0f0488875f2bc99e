/** The digits of pi, before a block. */
export const BZIP2_BLOCK = 0x314159265359;
/** The digits of its square root, after the last. */
export const BZIP2_END = 0x177245385090;

/** Blocks of how many times 100 kB follow a stream's first four bytes; undefined: they do not begin one. */
export function bzip2Level(magic: number, digit: number): number | undefined {
  const level = digit - 0x30;
  return magic === 0x425a68 && level >= 1 && level <= 9 ? level : undefined;
}
