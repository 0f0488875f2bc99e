// query-rows.mjs decode FILE: all columns as typed arrays; prints rows and a number that proves them.
import { read } from "graticule";

const [, path] = process.argv.slice(2);
let rows = 0;
let sum = 0;
for await (const batch of read(path)) {
  rows += batch.rows;
  const { values } = batch.columns[batch.fields.findIndex((field) => field.name === "t2m")];
  for (let i = 0; i < values.length; i++) sum += values[i];
}
process.stdout.write(`${rows} ${Math.round(sum)}\n`);
