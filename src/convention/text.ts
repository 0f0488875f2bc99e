const UTF8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** Bytes as text: UTF-8, and Latin-1 where it is not valid UTF-8. */
export function decodeText(bytes: Uint8Array): string {
  try {
    return UTF8.decode(bytes);
  } catch (error) {
    // A fatal decoder says in this way that the bytes are not UTF-8.
    if (error instanceof TypeError) return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("latin1");
    throw error;
  }
}

/** The text of a row of `char`: cut at the first NUL, without blanks on the right. */
export function charText(row: Uint8Array): string {
  const end = row.indexOf(0);
  return decodeText(end < 0 ? row : row.subarray(0, end)).trimEnd();
}

/** Rows of `length` bytes as texts. */
export function charTexts(bytes: Uint8Array, length: number): string[] {
  if (length === 0) return [];
  const out = new Array<string>(Math.floor(bytes.length / length));
  for (let i = 0; i < out.length; i++) out[i] = charText(bytes.subarray(i * length, (i + 1) * length));
  return out;
}
