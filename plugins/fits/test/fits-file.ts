const BLOCK = 2880;

/** Cards of 80 bytes, with END behind them. */
export function cards(...lines: readonly string[]): Buffer {
  return Buffer.concat([...lines, "END"].map((line) => padded(Buffer.from(line, "utf8"), 80, 0x20)));
}

/** A file of headers and data by turns, each padded to whole blocks. */
export function fitsFile(...parts: readonly Uint8Array[]): Buffer {
  return Buffer.concat(parts.map((part, i) => padded(part, BLOCK, i % 2 === 0 ? 0x20 : 0)));
}

function padded(bytes: Uint8Array, unit: number, byte: number): Buffer {
  return Buffer.concat([bytes, Buffer.alloc((unit - (bytes.length % unit)) % unit, byte)]);
}

export const EMPTY_PRIMARY = cards("SIMPLE  = T", "BITPIX  = 8", "NAXIS   = 0", "EXTEND  = T");

/** An IMAGE extension of bytes. */
export function imageCards(name: string, ...axes: readonly number[]): Buffer {
  const lengths = axes.map((length, i) => `NAXIS${i + 1}  = ${length}`);
  return cards(
    "XTENSION= 'IMAGE   '",
    "BITPIX  = 8",
    `NAXIS   = ${axes.length}`,
    ...lengths,
    "PCOUNT  = 0",
    "GCOUNT  = 1",
    `EXTNAME = '${name}'`,
  );
}
