/**
 * Bob Jenkins' lookup3 hash (`hashlittle`, May 2006, public domain), which HDF5 takes as the checksum of its metadata
 * (file format specification 3.0, section "Fletcher32 and lookup3 checksums") and as the hash of names in B-trees.
 */
export function lookup3(bytes: Uint8Array, seed = 0): number {
  let length = bytes.length;
  let a = (0xdeadbeef + length + seed) | 0;
  let b = a;
  let c = a;
  let at = 0;
  const word = (i: number): number =>
    (bytes[i] as number) | ((bytes[i + 1] as number) << 8) | ((bytes[i + 2] as number) << 16) | ((bytes[i + 3] as number) << 24);
  while (length > 12) {
    a = (a + word(at)) | 0;
    b = (b + word(at + 4)) | 0;
    c = (c + word(at + 8)) | 0;
    a = (a - c) ^ rotate(c, 4);
    c = (c + b) | 0;
    b = (b - a) ^ rotate(a, 6);
    a = (a + c) | 0;
    c = (c - b) ^ rotate(b, 8);
    b = (b + a) | 0;
    a = (a - c) ^ rotate(c, 16);
    c = (c + b) | 0;
    b = (b - a) ^ rotate(a, 19);
    a = (a + c) | 0;
    c = (c - b) ^ rotate(b, 4);
    b = (b + a) | 0;
    at += 12;
    length -= 12;
  }
  if (length === 0) return c >>> 0;
  const rest = new Uint8Array(12);
  rest.set(bytes.subarray(at, at + length));
  const tail = new DataView(rest.buffer);
  a = (a + tail.getInt32(0, true)) | 0;
  b = (b + tail.getInt32(4, true)) | 0;
  c = (c + tail.getInt32(8, true)) | 0;
  c = (c ^ b) - rotate(b, 14);
  a = (a ^ c) - rotate(c, 11);
  b = (b ^ a) - rotate(a, 25);
  c = (c ^ b) - rotate(b, 16);
  a = (a ^ c) - rotate(c, 4);
  b = (b ^ a) - rotate(a, 14);
  c = (c ^ b) - rotate(b, 24);
  return c >>> 0;
}

function rotate(x: number, k: number): number {
  return (x << k) | (x >>> (32 - k));
}
