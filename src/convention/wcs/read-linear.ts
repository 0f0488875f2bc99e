import { type AxisType, parseAxisType } from "./axis-type.js";
import type { Keywords } from "./keywords.js";
import type { LinearAxis, LinearTransform, WcsWarning } from "./wcs.js";

/** AIPS: what looks like an algorithm is the frame of a velocity or frequency that is linear. */
const AIPS_FRAMES = new Set(["LSR", "LSD", "HEL", "OBS", "GEO", "GAL", "BAR"]);
const AIPS_LINEAR = new Set(["FREQ", "VELO", "VOPT", "VRAD", "WAVE"]);

/**
 * The axes that are not celestial and run along one axis of the array. An algorithm other than LOG (Greisen et al. 2006, section
 * 3.2) and an axis that depends on several of the array's are unsupported, with a warning; one of several pixels that depends on
 * none (CDi_j for others alone) is malformed.
 */
export function readLinearAxes(
  keywords: Keywords,
  transform: LinearTransform,
  shape: readonly number[],
  warnings: WcsWarning[],
): LinearAxis[] {
  const axes: LinearAxis[] = [];
  for (let worldAxis = 1; worldAxis <= transform.matrix.length; worldAxis++) {
    const ctype = keywords.textOf("CTYPE", worldAxis);
    const given = ctype !== "" || ["CRVAL", "CDELT"].some((name) => keywords.numberOf(name, worldAxis) !== undefined);
    const type = parseAxisType(ctype);
    if (!given || type.celestial) continue;
    const row = transform.matrix[worldAxis - 1] as Float64Array;
    const along = [...row.keys()].filter((j) => row[j] !== 0);
    const pixelAxis = along.length === 0 ? worldAxis : (along[0] as number) + 1;
    if (pixelAxis > shape.length && along.length <= 1) continue;
    const name = nameOf(type, worldAxis);
    if (along.length === 0 && (shape[shape.length - pixelAxis] as number) > 1) {
      const message = `${ctype || name}: the matrix has nothing but zeros for axis ${worldAxis}, so that all its pixels would be one`;
      warnings.push({ kind: "malformed", name: ctype || name, message });
      continue;
    }
    const refusal = along.length > 1 ? `${ctype || name} depends on several axes of the image` : refuse(type, ctype);
    if (refusal !== undefined) {
      warnings.push({ kind: "unsupported", name: ctype || name, message: refusal });
      continue;
    }
    const units = keywords.textOf("CUNIT", worldAxis);
    axes.push({
      name,
      type: ctype,
      ...(units !== "" && { units }),
      worldAxis,
      axis: shape.length - pixelAxis,
      value: keywords.numberOf("CRVAL", worldAxis) ?? 0,
      step: along.length === 0 ? 0 : (row[pixelAxis - 1] as number),
      reference: transform.reference[pixelAxis - 1] as number,
      logarithmic: type.code === "LOG",
    });
  }
  return axes;
}

/** World coordinates of a linear axis for the indices from `start` up to `stop`. */
export function linearCoordinates(axis: LinearAxis, start: number, stop: number): Float64Array {
  const values = new Float64Array(Math.max(0, stop - start));
  for (let i = 0; i < values.length; i++) {
    const offset = axis.step * (start + i + 1 - axis.reference);
    values[i] = axis.logarithmic ? axis.value * Math.exp(offset / axis.value) : axis.value + offset;
  }
  return values;
}

function nameOf(type: AxisType, worldAxis: number): string {
  return type.type === "" ? `axis${worldAxis}` : type.type.toLowerCase();
}

function refuse({ type, code }: AxisType, ctype: string): string | undefined {
  if (code === "" || code === "LOG" || (AIPS_FRAMES.has(code) && AIPS_LINEAR.has(type))) return undefined;
  return `${ctype}: coordinates by the algorithm ${code} are not computed`;
}
