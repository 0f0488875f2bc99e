import { dirname } from "node:path";
import { concatenateFiles } from "../../parquet/concatenate.js";
import type { FileDescription } from "../../parquet/file-layout.js";
import type { TablePlan } from "../../plan/run.js";
import { openStore } from "../../store/open-store.js";
import { type ColumnRanges, uniteRanges } from "../column-ranges.js";
import { describePart } from "../geo/geo-metadata.js";
import type { DestinationLayout, RunLayout } from "./layout.js";
import type { TaskMarker, TaskPart } from "./markers.js";
import { placeOf } from "./part-path.js";
import { partOf, stagedName } from "./place-parts.js";
import type { RunFile } from "./run-file.js";
import type { Part } from "./snapshot.js";

/** Lays the parts of the tasks end to end; one step puts the file into place. */
export async function placeSingle(
  layout: DestinationLayout,
  run: RunLayout,
  file: RunFile,
  markers: ReadonlyMap<number, TaskMarker>,
): Promise<Part[]> {
  const { plan } = file;
  const { store } = layout;
  const paths = plan.tasks.flatMap(({ id }) => markers.get(id)?.parts.map((part) => `${run.staging}/${stagedName(part)}`) ?? []);
  if (store.kind === "disk") await store.makeFolder(dirname(layout.dest));
  await store.makeFolder(run.staging);
  const place = placeOf(layout, run, "whole.parquet", "");
  const output = await store.openPart(place);
  const ranges = rangesOf([...markers.values()].flatMap((marker) => marker.parts));
  const description = describePart(file.descriptions[0] as FileDescription, ranges);
  const written = await concatenateFiles(paths, openStore(), output, description);
  await store.place({ ...written.staged, bytes: written.bytes }, place, plan.sink.mode === "overwrite");
  if (store.kind === "disk") await store.syncFolder(dirname(layout.dest));
  return [partOf("", plan.tables[0] as TablePlan, plan.tasks, file, { ...written, ...(ranges && { ranges }) })];
}

/** Of all parts together; undefined where one does not tell its own. */
function rangesOf(parts: readonly TaskPart[]): ColumnRanges | undefined {
  if (parts.some((part) => part.ranges === undefined)) return undefined;
  const names = new Set(parts.flatMap((part) => Object.keys(part.ranges ?? {})));
  return Object.fromEntries(
    [...names].flatMap((name) => {
      const range = uniteRanges(parts, name);
      return range ? [[name, range]] : [];
    }),
  );
}
