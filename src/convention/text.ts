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

/**
 * Rows of `length` bytes as texts, null where a row is nothing but its fill value.
 * @param fill the character of `_FillValue`, if there is one: a flag that is missing, a name that was never given
 */
export function charCells(bytes: Uint8Array, length: number, fill: string | undefined): (string | null)[] {
  const texts: (string | null)[] = charTexts(bytes, length);
  const code = fill?.length === 1 ? fill.charCodeAt(0) : 0;
  if (code === 0 || code > 127) return texts;
  for (let i = 0; i < texts.length; i++)
    if (bytes.subarray(i * length, (i + 1) * length).every((byte) => byte === code)) texts[i] = null;
  return texts;
}

/** Rows of `length` bytes as texts. */
export function charTexts(bytes: Uint8Array, length: number): string[] {
  if (length === 0) return [];
  const out = new Array<string>(Math.floor(bytes.length / length));
  for (let i = 0; i < out.length; i++) out[i] = charText(bytes.subarray(i * length, (i + 1) * length));
  return out;
}
