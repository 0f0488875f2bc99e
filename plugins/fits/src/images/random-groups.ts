import type { ArrayVariable, Dimension } from "graticule/plugin";
import type { Hdu } from "../hdu.js";
import { describeNumbers } from "../numbers.js";
import { BlockVariable, type Description } from "../variable.js";
import { dimensionsOf, type HduContents, imageScaling, numberOf, storedNameOf, unitsOf } from "./image.js";

/**
 * Random groups (FITS 4.0, section 6): GCOUNT groups of PCOUNT parameters and an array over NAXIS2 … NAXISn each. The array is
 * `data`, a parameter bears its PTYPEn (`parN` where it has none, or one that is taken).
 */
export function randomGroupsOf(hdu: Hdu, file: string): HduContents {
  const { header, index, bitpix } = hdu;
  const stored = storedNameOf(bitpix);
  const size = Math.abs(bitpix) / 8;
  const parameters = header.number("PCOUNT") ?? 0;
  const groups = header.number("GCOUNT") ?? 1;
  const axes = hdu.axes.slice(1);
  const recordStride = size * (parameters + axes.reduce((product, length) => product * length, 1));
  const path = `/${index}`;
  const error = hdu.error ? { error: hdu.error } : {};
  const warnings: string[] = [];
  const variables: ArrayVariable[] = [];
  const names = new Set(["data"]);
  // No more than there are cards for: the header may claim any number.
  for (let n = 1; n <= parameters && n <= header.cards.length; n++) {
    const wanted = header.text(`PTYPE${n}`)?.trim() ?? "";
    if (names.has(wanted)) warnings.push(`HDU ${index}: two parameters are named ${wanted}: number ${n} is called par${n}`);
    const name = wanted === "" || names.has(wanted) ? `par${n}` : wanted;
    names.add(name);
    const scaling = { scale: header.number(`PSCAL${n}`), zero: numberOf(header, `PZERO${n}`) };
    const { dtype, attributes } = describeNumbers(stored, scaling, { single: false });
    const description: Description = {
      path: `${path}/${name}`,
      name,
      dtype,
      dims: ["group"],
      dimPaths: [`${path}/group`],
      shape: [groups],
      attributes: new Map(attributes),
      ...error,
    };
    variables.push(new BlockVariable(description, { url: file, offset: hdu.dataOffset + (n - 1) * size, recordStride }));
  }
  const dims = ["group", ...axes.map((_, n) => `axis${n + 2}`).toReversed()];
  const { dtype, attributes } = describeNumbers(stored, imageScaling(header), { single: false });
  const data: Description = {
    path: `${path}/data`,
    name: "data",
    dtype,
    dims,
    dimPaths: dims.map((dim) => `${path}/${dim}`),
    shape: [groups, ...axes.toReversed()],
    attributes: new Map([...unitsOf(header.text("BUNIT")), ...attributes]),
    ...error,
  };
  variables.push(new BlockVariable(data, { url: file, offset: hdu.dataOffset + parameters * size, recordStride }));
  const dimensions: Dimension[] = dimensionsOf(data);
  return { variables, dimensions, warnings };
}
