import { linearCoordinates } from "../convention/wcs/read-linear.js";
import { readWcs } from "../convention/wcs/read-wcs.js";
import { type SkyCoordinates, skyOfPixels } from "../convention/wcs/sky-of-pixels.js";
import type { LinearAxis, Sky, Wcs } from "../convention/wcs/wcs.js";
import type { ArrayVariable, Attributes, Dataset } from "../format/contract.js";
import type { Box } from "../schema/box.js";
import { ComputedVariable } from "./computed-variable.js";

export interface WorldCoordinates {
  readonly variables: readonly ArrayVariable[];
  readonly warnings: readonly string[];
}

/** An image with the world coordinates that its header describes. */
export interface SkyImage {
  readonly image: ArrayVariable;
  readonly wcs: Wcs;
}

/** The images of a FITS file whose headers have a description of world coordinates. */
export function skyImagesOf({ format, variables, groups }: Dataset): SkyImage[] {
  if (format !== "fits") return [];
  const headers = new Map(groups.map(({ path, attributes }) => [path, attributes]));
  return variables.flatMap((image) => {
    // Those of random groups count their axes otherwise.
    if (image.name !== "data" || !image.dims.every((dim, d) => dim === `axis${image.dims.length - d}`)) return [];
    const header = headers.get(groupPathOf(image));
    const wcs = header && readWcs(header, image.shape);
    return wcs ? [{ image, wcs }] : [];
  });
}

/**
 * The coordinates of FITS images as variables beside them: longitude and latitude of every pixel in degrees, auxiliary, over the
 * axes that they depend on, and the values of linear axes with a name, each the coordinate of its axis.
 */
export function worldCoordinatesOf(dataset: Dataset): WorldCoordinates {
  const found = skyImagesOf(dataset).filter(({ image }) => image.error === undefined && image.unsupported === undefined);
  const taken = new Set(dataset.variables.map(({ path }) => path));
  const variables: ArrayVariable[] = [];
  const warnings: string[] = [];
  for (const { image, wcs } of found) {
    warnings.push(...wcs.warnings.map(({ message }) => `${image.path}: ${message}: its pixels have indices instead`));
    for (const variable of [...(wcs.sky ? skyVariables(image, wcs, wcs.sky) : []), ...linearVariables(image, wcs)]) {
      if (taken.has(variable.path)) continue;
      taken.add(variable.path);
      variables.push(variable);
    }
  }
  return { variables, warnings };
}

function skyVariables(image: ArrayVariable, wcs: Wcs, sky: Sky): ArrayVariable[] {
  // The two are read one after the other over the same box.
  let last: { readonly key: string; readonly values: SkyCoordinates } | undefined;
  const at = (box: Box): SkyCoordinates => {
    const key = JSON.stringify(box);
    if (last?.key !== key) last = { key, values: skyOfPixels(wcs, box) };
    return last.values;
  };
  const [lon, lat] = sky.names;
  const over = (name: string, axis: "X" | "Y") => ({
    ...placeOf(image, name, sky.axes),
    attributes: textAttributes({ units: "degree", axis, long_name: longNameOf(name, sky) }),
    role: "auxiliary" as const,
  });
  return [new ComputedVariable(over(lon, "X"), (box) => at(box).lon), new ComputedVariable(over(lat, "Y"), (box) => at(box).lat)];
}

function linearVariables(image: ArrayVariable, wcs: Wcs): ArrayVariable[] {
  const seen = new Set<number>();
  return wcs.linear.flatMap((linear) => {
    // Without a name it counts pixels, as the index does.
    if (linear.type === "" || seen.has(linear.axis)) return [];
    seen.add(linear.axis);
    return [linearVariable(image, linear)];
  });
}

function linearVariable(image: ArrayVariable, linear: LinearAxis): ArrayVariable {
  const { name, type, units, axis } = linear;
  const attributes = textAttributes({ ...(units !== undefined && { units }), long_name: type });
  return new ComputedVariable({ ...placeOf(image, name, [axis]), attributes, role: "coordinate" }, ([range]) =>
    linearCoordinates(linear, range?.start ?? 0, range?.stop ?? 0),
  );
}

function placeOf(image: ArrayVariable, name: string, axes: readonly number[]) {
  const pick = <T>(of: readonly T[]): T[] => axes.map((axis) => of[axis] as T);
  const group = groupPathOf(image);
  return { path: `${group}/${name}`, name, dims: pick(image.dims), dimPaths: pick(image.dimPaths), shape: pick(image.shape) };
}

function groupPathOf({ path }: ArrayVariable): string {
  return path.slice(0, path.lastIndexOf("/"));
}

const LONG_NAMES: Readonly<Record<string, string>> = {
  ra: "right ascension",
  dec: "declination",
  glon: "galactic longitude",
  glat: "galactic latitude",
  elon: "ecliptic longitude",
  elat: "ecliptic latitude",
  slon: "supergalactic longitude",
  slat: "supergalactic latitude",
  hpln: "helioprojective longitude",
  hplt: "helioprojective latitude",
  hgln: "heliographic Stonyhurst longitude",
  hglt: "heliographic Stonyhurst latitude",
  crln: "heliographic Carrington longitude",
  crlt: "heliographic Carrington latitude",
};

/** The coordinate with its frame: `right ascension (FK5, equinox 2000)`. */
function longNameOf(name: string, { radesys, equinox }: Sky): string {
  const frame = [radesys, equinox === undefined ? undefined : `equinox ${equinox}`].filter((part) => part !== undefined);
  const said = LONG_NAMES[name] ?? name.toUpperCase();
  return frame.length > 0 ? `${said} (${frame.join(", ")})` : said;
}

function textAttributes(texts: Readonly<Record<string, string>>): Attributes {
  return new Map(Object.entries(texts).map(([name, text]) => [name, { dtype: "string", values: [text] }]));
}
