/** Reads every value of every 3-D variable once, by chunk-aligned slabs, and prints a checksum. Usage: read-all.mjs LIBRARY FILE */
const [library, path] = process.argv.slice(2);
let total = 0;
let count = 0;

function take(values) {
  if (values instanceof BigInt64Array) return take(Float64Array.from(values, Number));
  // Four sums at a time, as NumPy's vectorised sum has it: the reading is what is measured.
  let [a, b, c, d] = [0, 0, 0, 0];
  const whole = values.length & ~3;
  for (let i = 0; i < whole; i += 4) {
    a += values[i];
    b += values[i + 1];
    c += values[i + 2];
    d += values[i + 3];
  }
  for (let i = whole; i < values.length; i++) a += values[i];
  total += a + b + c + d;
  count += values.length;
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
