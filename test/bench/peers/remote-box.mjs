/** Reads one box of a remote variable, again and again. Usage: remote-box.mjs URL VARIABLE SLICES RUNS, with SLICES like [[0,24],[50,120],[100,200]] */
const [url, variable, slices, runs] = process.argv.slice(2);
const { open } = await import("graticule");
const took = [];
let line = "";
for (let run = 0; run < Number(runs); run++) {
  const started = performance.now();
  const dataset = await open(url);
  const wanted = dataset.variable(variable);
  const slice = Object.fromEntries(JSON.parse(slices).map((range, d) => [wanted.dims[d], range]));
  const { values } = await wanted.read({ slice });
  let sum = 0;
  for (const value of values) sum += value;
  line = `${values.length} ${sum.toExponential(4)}`;
  await dataset.close();
  took.push((performance.now() - started) / 1000);
}
process.stdout.write(`${line} ${Math.min(...took).toFixed(4)}\n`);
