import { basename } from "node:path";
import type { Snapshot } from "../commit/snapshot.js";
import type { DocumentedPlace } from "./document.js";
import { readme } from "./readme.js";

/** The folder of a table's parts in a repository of datasets on the Hugging Face Hub. */
export const CARD_FOLDER = "data";

/** The card of a dataset there: which files are which configuration, one a table; then what the README says. */
export function datasetCard(snapshot: Snapshot, place: DocumentedPlace): string {
  const { tables } = snapshot;
  const configurations = tables.flatMap(({ path }, i) => [
    `- config_name: ${text(path === "" ? "default" : path)}`,
    ...(i === 0 && tables.length > 1 ? ["  default: true"] : []),
    "  data_files:",
    "  - split: train",
    `    path: ${text([path, CARD_FOLDER, "**/*.parquet"].filter((one) => one !== "").join("/"))}`,
  ]);
  const title = tables.find((table) => table.metadata?.title)?.metadata?.title ?? basename(place.dest);
  return ["---", `pretty_name: ${text(title)}`, "configs:", ...configurations, "---", "", readme(snapshot, place)].join("\n");
}

/** YAML reads JSON's texts as they are. */
function text(value: string): string {
  return JSON.stringify(value);
}
