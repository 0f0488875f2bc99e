/** What a CTYPE says (Greisen & Calabretta 2002, section 3.1; Calabretta & Greisen 2002, section 3.1). */
export interface AxisType {
  /** Without the dashes that pad it: "RA", "GLON", "FREQ", or all of a CTYPE that is not of the form 4-3. */
  readonly type: string;
  /** The three letters of the algorithm; "" where there is none. */
  readonly code: string;
  /** Set for a celestial coordinate: which of the two, and what the two of a pair have in common. */
  readonly celestial?: { readonly which: "lon" | "lat"; readonly system: string };
}

const FORM = /^([A-Z0-9][A-Z0-9 _-]{3})-([A-Z0-9]{3})(?:-[A-Z0-9]{3})?$/;

export function parseAxisType(ctype: string): AxisType {
  const match = FORM.exec(ctype);
  if (!match) return { type: ctype, code: "" };
  const type = (match[1] as string).replace(/-+$/, "");
  const celestial = celestialOf(type);
  return { type, code: match[2] as string, ...(celestial && { celestial }) };
}

function celestialOf(type: string): AxisType["celestial"] {
  if (type === "RA") return { which: "lon", system: "equatorial" };
  if (type === "DEC") return { which: "lat", system: "equatorial" };
  if (type.length !== 4) return undefined;
  if (type.endsWith("LON")) return { which: "lon", system: type.slice(0, 1) };
  if (type.endsWith("LAT")) return { which: "lat", system: type.slice(0, 1) };
  if (type.endsWith("LN")) return { which: "lon", system: type.slice(0, 2) };
  return type.endsWith("LT") ? { which: "lat", system: type.slice(0, 2) } : undefined;
}

const DEGREES_IN: Readonly<Record<string, number>> = {
  "": 1,
  deg: 1,
  degree: 1,
  rad: 180 / Math.PI,
  radian: 180 / Math.PI,
  arcmin: 1 / 60,
  arcminute: 1 / 60,
  arcsec: 1 / 3600,
  arcsecond: 1 / 3600,
  mas: 1 / 3.6e6,
  hourangle: 15,
};

/** Degrees in a CUNIT of a celestial axis; undefined where it is no angle. */
export function degreesIn(unit: string): number | undefined {
  const name = unit.toLowerCase();
  const singular = name.length > 3 && name.endsWith("s") ? name.slice(0, -1) : name;
  return Object.hasOwn(DEGREES_IN, singular) ? DEGREES_IN[singular] : undefined;
}
