import { GraticuleError } from "../../errors.js";

/** @param example a folder, whose last level tells what makes so many */
export function tooManyPartitions(found: string, most: number, example: string): GraticuleError {
  const level = example.split("/").at(-1)?.split("=")[0] ?? "";
  const coarser = level === "day" ? "year,month" : level === "month" ? "year" : level.endsWith("_band") ? `a wider ${level}` : null;
  return new GraticuleError("usage", `--partition-by makes ${found} folders, as ${example}; at most ${most} can be`, {
    hint: coarser
      ? `${coarser} makes fewer; --time, --bbox and --where take a part`
      : "a coarser function makes fewer: year or month of a time, lat_band(10) of a number, cell(10) of longitude and latitude",
  });
}
