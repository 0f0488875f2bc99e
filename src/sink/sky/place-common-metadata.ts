import type { FileDescription } from "../../parquet/file-layout.js";
import { ParquetWriter } from "../../parquet/file-writer.js";
import type { DestinationLayout, RunLayout } from "../commit/layout.js";
import { placeOf } from "../commit/part-path.js";

/** The schema of a HATS catalogue, as a Parquet file without rows. */
export async function placeCommonMetadata(layout: DestinationLayout, run: RunLayout, description: FileDescription): Promise<void> {
  const { store } = layout;
  const place = placeOf(layout, run, "common-metadata.parquet", "dataset/_common_metadata");
  await store.makeFolder(run.staging);
  await store.makeFolder(layout.part("dataset"));
  const output = await store.openPart(place);
  new ParquetWriter(output, description).finish();
  const { bytes } = output;
  const { staged } = await output.finish();
  await store.place({ ...staged, bytes }, place, true);
}
