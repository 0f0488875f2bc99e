const UTF8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** Bytes as text: UTF-8, and Latin-1 where it is not valid UTF-8. */
export function decodeText(bytes: Uint8Array): string {
  try {
    return UTF8.decode(bytes);
  } catch (error) {
    if ((error as { code?: unknown }).code === "ERR_ENCODING_INVALID_ENCODED_DATA")
      return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("latin1");
    throw error;
  }
}

/**
 * The text of a row of `char`: cut at the first NUL, without blanks on the right. A NUL with nothing but blanks before it ends
 * nothing (writers pad on the left with it) and is dropped.
 */
export function charText(row: Uint8Array): string {
  let start = 0;
  while (start < row.length && (row[start] === 0 || row[start] === 32)) start++;
  if (start === row.length) return "";
  const cut = row.indexOf(0, start);
  let end = cut < 0 ? row.length : cut;
  while (row[end - 1] === 32) end--;
  const text = decodeText(row.subarray(0, end));
  return start === 0 ? text : text.replaceAll("\0", "");
}

/** Rows of `length` bytes as texts. */
export function charTexts(bytes: Uint8Array, length: number): string[] {
  if (length === 0) return [];
  const out = new Array<string>(Math.floor(bytes.length / length));
  for (let i = 0; i < out.length; i++) out[i] = charText(bytes.subarray(i * length, (i + 1) * length));
  return out;
}
