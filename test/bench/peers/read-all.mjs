/** Reads every value of every 3-D variable once, by chunk-aligned slabs, and prints a checksum. Usage: read-all.mjs LIBRARY FILE */
const [library, path] = process.argv.slice(2);
let total = 0;
let count = 0;

/** A copy of the loop for each array type, as a compiled language would have it: the reading is what is measured. */
const LOOP = `(values) => {
  let [a, b, c, d] = [0, 0, 0, 0];
  const whole = values.length & ~3;
  for (let i = 0; i < whole; i += 4) {
    a += values[i];
    b += values[i + 1];
    c += values[i + 2];
    d += values[i + 3];
  }
  for (let i = whole; i < values.length; i++) a += values[i];
  return a + b + c + d;
}`;
const loops = new Map();

function take(values) {
  count += values.length;
  if (values instanceof BigInt64Array) {
    // By their words: a BigInt a value would take longer than the reading.
    const words = new Int32Array(values.buffer, values.byteOffset, 2 * values.length);
    for (let i = 0; i < words.length; i += 2) total += words[i + 1] * 2 ** 32 + (words[i] >>> 0);
    return;
  }
  let sum = loops.get(values.constructor);
  if (!sum) {
    // biome-ignore lint/security/noGlobalEval: the text stands above
    sum = eval(LOOP);
    loops.set(values.constructor, sum);
  }
  total += sum(values);
}

if (library === "graticule") {
  const { open } = await import("graticule");
  const dataset = await open(path);
  for (const variable of dataset.variables.values()) {
    if (variable.shape.length !== 3) continue;
    for await (const slab of variable.slabs({ decode: false })) take(slab.values);
  }
  await dataset.close();
} else if (library === "graticule-table") {
  const { open } = await import("graticule");
  const dataset = await open(path);
  for (const variable of dataset.variables.values()) take((await variable.read({ decode: false })).values);
  await dataset.close();
} else if (library === "h5wasm") {
  const h5wasm = await import("h5wasm/node");
  await h5wasm.ready;
  const file = new h5wasm.File(path, "r");
  for (const name of file.keys()) {
    const v = file.get(name);
    if (v.shape?.length !== 3) continue;
    const step = v.metadata.chunks?.[0] ?? 24;
    for (let t = 0; t < v.shape[0]; t += step) take(v.slice([[t, Math.min(t + step, v.shape[0])], [], []]));
  }
  file.close();
} else throw new Error(`unknown library ${library}`);
process.stdout.write(`${count} ${total.toExponential(6)}\n`);
