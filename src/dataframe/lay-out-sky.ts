import { GraticuleError } from "../errors.js";
import { valueBytes } from "../physical/cell-bytes.js";
import { readTask } from "../physical/read-task.js";
import type { PhysicalPlan, TablePlan } from "../plan/run.js";
import { HEALPIX_COLUMN, skyColumns, skyUnit } from "../plan/sky.js";
import type { ScanResources } from "../scan/member-cache.js";
import { plainBatch, rowBatch } from "../sink/plain-batch.js";
import { COUNT_ORDER, choosePartitions } from "../sink/sky/choose-partitions.js";
import { pixelAt } from "../sink/sky/healpix.js";
import { pixelsOf } from "../sink/sky/sky-rows.js";

/** Bytes of a partition's rows at most, were each value written out. */
const PARTITION_BYTES = 256 << 20;

/**
 * The run with a partition of the sky for each part: places are read once to count them.
 * @throws `usage` for several tables, and where places cannot be told; what reading throws
 */
export async function layOutSky(run: PhysicalPlan, resources: ScanResources, partBytes = PARTITION_BYTES): Promise<PhysicalPlan> {
  const [table, ...others] = run.tables;
  if (!table || others.length > 0)
    throw new GraticuleError(
      "usage",
      `--layout hats makes one table a catalogue, and there are ${run.tables.length}: ${run.tables.map(({ group }) => group.name).join(", ")}`,
      {
        hint: "choose one with --table or --vars",
      },
    );
  const pair = skyColumns(table.group);
  const [ra, dec] = pair.map((column) => table.output.findIndex((own) => own.column === table.group.columns.indexOf(column))) as [
    number,
    number,
  ];
  if (table.output.some(({ name }) => name === HEALPIX_COLUMN))
    throw new GraticuleError("usage", `the table has a column "${HEALPIX_COLUMN}", which --layout hats would make`, {
      hint: `give it another name: --rename ${HEALPIX_COLUMN}=healpix`,
    });
  if (ra < 0 || dec < 0) throw new GraticuleError("usage", "--layout hats needs right ascension and declination in the output");
  const unit = skyUnit(pair);
  const counts = await countRows(run, table, [ra, dec], unit, resources);
  const { columns } = table.group;
  const rowBytes = table.output.reduce((n, { column }) => n + (columns[column] ? valueBytes(columns[column]) : 0), 8);
  const partitions = choosePartitions(counts, Math.max(1, Math.floor(partBytes / rowBytes)));
  return { ...run, tables: [{ ...table, sky: { ra, dec, unit, partitions } }] };
}

async function countRows(
  run: PhysicalPlan,
  table: TablePlan,
  places: readonly [number, number],
  unit: "degree" | "radian",
  resources: ScanResources,
): Promise<Float64Array> {
  const counts = new Float64Array(12 * 4 ** COUNT_ORDER);
  const { sorted: _sorted, geometry: _geometry, ...rest } = table;
  const narrow = { ...run, tables: [{ ...rest, output: places.map((at) => table.output[at]).filter((own) => own !== undefined) }] };
  for (const task of run.tasks)
    for await (const batch of readTask(narrow, task, resources)) {
      const [ra, dec] = rowBatch(plainBatch(batch)).columns;
      if (!ra || !dec) continue;
      const halves = new Int32Array(pixelsOf(ra, dec, { unit }).buffer);
      for (let i = 0; i < halves.length / 2; i++) {
        const pixel = pixelAt(COUNT_ORDER, halves, i);
        counts[pixel] = (counts[pixel] as number) + 1;
      }
    }
  return counts;
}
