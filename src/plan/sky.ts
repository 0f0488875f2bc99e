import type { TableColumn, TableGroup } from "../archive/model.js";
import { GraticuleError } from "../errors.js";

/** How the rows of a table are laid out by their places on the sky (HATS). Plain JSON. */
export interface SkyPlan {
  /** Positions in the output of right ascension and declination. */
  readonly ra: number;
  readonly dec: number;
  /** Their unit: what is in radians is written in degrees. */
  readonly unit: "degree" | "radian";
  /** Pixels that are a partition each: they cover all rows, and no other pixel twice. */
  readonly partitions: readonly SkyPartition[];
}

/** A pixel of HEALPix, nested, with the rows that were counted in it. */
export interface SkyPartition {
  readonly order: number;
  readonly pixel: number;
  readonly rows: number;
}

/** Name of the column of pixels of order 29. */
export const HEALPIX_COLUMN = "_healpix_29";

/** Names of coordinates where no UCD tells them: those of catalogues of the CDS, Gaia, SDSS and others. */
const NAMES = { ra: /^_?ra(_?(deg|j2000|icrs))?$|^raj2000$/i, dec: /^_?de(c|j2000|_icrs|icrs)?(_?(deg|j2000|icrs))?$/i };

/**
 * The right ascension and declination of a table: what the UCDs `pos.eq.ra` and `pos.eq.dec` say, the main ones first, else names.
 * @throws `usage` where there are none
 */
export function skyColumns({ name, columns }: TableGroup): readonly [ra: TableColumn, dec: TableColumn] {
  const find = (which: "ra" | "dec"): TableColumn | undefined => {
    const numbers = columns.filter(({ field }) => field.type.kind === "number");
    const said = numbers.filter(({ field }) => ucdOf(field.metadata).split(";")[0] === `pos.eq.${which}`);
    const main = said.find(({ field }) => ucdOf(field.metadata).includes("meta.main")) ?? said[0];
    return main ?? numbers.find(({ field }) => NAMES[which].test(field.name));
  };
  const [ra, dec] = [find("ra"), find("dec")];
  if (ra && dec) return [ra, dec];
  throw new GraticuleError(
    "usage",
    `--layout hats needs right ascension and declination, and ${name || "the table"} has no ${ra ? "declination" : "right ascension"}`,
    {
      hint: `its columns are ${columns.map(({ field }) => field.name).join(", ")}; --rename OLD=ra tells which it is`,
    },
  );
}

function ucdOf(metadata: Readonly<Record<string, string>>): string {
  return (metadata.TUCD ?? metadata.ucd ?? "").toLowerCase();
}

/** @throws `unsupported` for other units */
export function skyUnit(columns: readonly TableColumn[]): SkyPlan["unit"] {
  const units = new Set(columns.map(({ field }) => unitOf(field.metadata.units)));
  const [unit, ...others] = units;
  if (unit && others.length === 0) return unit;
  const said = columns.map(({ field }) => `${field.name} in "${field.metadata.units ?? ""}"`).join(", ");
  throw new GraticuleError("unsupported", `--layout hats takes degrees or radians; here are ${said}`);
}

/** Without a unit they are degrees, as catalogues have them. */
function unitOf(units: string | undefined): SkyPlan["unit"] | null {
  if (units === undefined || /^deg(rees?)?$/i.test(units.trim())) return "degree";
  return /^rad(ians?)?$/i.test(units.trim()) ? "radian" : null;
}
