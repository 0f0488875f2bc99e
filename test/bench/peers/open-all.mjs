/** Opens every file of a folder and looks at the shape, type and units of every variable. Usage: open-all.mjs FOLDER */
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { open } from "graticule";

const folder = process.argv[2];
let seen = 0;
for (const name of readdirSync(folder).sort()) {
  const dataset = await open(join(folder, name));
  for (const variable of dataset.variables.values())
    seen += variable.shape.length + String(variable.attributes.get("units")?.values[0] ?? "").length;
  await dataset.close();
}
process.stdout.write(`${seen}\n`);
