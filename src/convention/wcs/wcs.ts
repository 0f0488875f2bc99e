import type { Projection } from "./projection.js";

/** What a header says and this reader does not follow, or says wrongly. `name` is the keyword, code or algorithm concerned. */
export interface WcsWarning {
  readonly kind: "unsupported" | "malformed";
  readonly name: string;
  readonly message: string;
}

/**
 * Pixel to intermediate world coordinates (Greisen & Calabretta 2002, section 2.1): `reference` is CRPIX, `matrix` takes offsets
 * in pixels to the units of CUNIT (CDELT included), row by world axis. Both in FITS order, axis 1 first.
 */
export interface LinearTransform {
  readonly reference: Float64Array;
  readonly matrix: readonly Float64Array[];
}

/** A polynomial distortion in the plane, applied to the first `count` points of both arrays, in place. */
export interface Distortion {
  /** "SIP" or "TPV". */
  readonly name: string;
  apply(x: Float64Array, y: Float64Array, count: number): void;
}

/** Native to celestial coordinates (Calabretta & Greisen 2002, section 2.4): longitude and latitude of the native pole, and the native longitude of the celestial pole, in degrees. */
export interface NativePole {
  readonly longitude: number;
  readonly latitude: number;
  readonly phi: number;
}

/** The celestial pair of axes. Angles in degrees. */
export interface Sky {
  /** Names for the two coordinates: "ra" and "dec", "glon" and "glat", "elon" and "elat", … */
  readonly names: readonly [lon: string, lat: string];
  /** World axes, FITS numbers from 1. */
  readonly worldAxes: readonly [lon: number, lat: number];
  /**
   * The array's axes on which the coordinates depend, ascending (the last varies fastest): usually the last two. Boxes and
   * positions are given over these.
   */
  readonly axes: readonly number[];
  /** Three letters, as in CTYPE ("GLS" stays "GLS"). */
  readonly code: string;
  /** RADESYS, or what the standard puts in its place; absent where it has no meaning (galactic coordinates). */
  readonly radesys?: string;
  /** EQUINOX (or EPOCH) as given, else what goes with RADESYS. */
  readonly equinox?: number;
  readonly projection: Projection;
  /** Added on the plane before `deproject`, in degrees: the fiducial point where PVi_0 asks for it. */
  readonly offset: readonly [x: number, y: number];
  readonly pole: NativePole;
  /** On pixels 1 and 2, before the matrix. */
  readonly pixelDistortion?: Distortion;
  /** On the projection plane, after the matrix. */
  readonly planeDistortion?: Distortion;
}

/**
 * A world axis without a projection that depends on one axis of the array. The coordinate at index i of it is
 * `value + step * (i + 1 - reference)`, in `units`; with `logarithmic`, `value * exp(step * (i + 1 - reference) / value)`.
 */
export interface LinearAxis {
  /** CTYPE in lower case, without its algorithm: "velo", "freq", "stokes"; "axis3" where it is blank. */
  readonly name: string;
  /** CTYPE as given. */
  readonly type: string;
  /** CUNIT as given; absent where blank. */
  readonly units?: string;
  /** World axis, FITS number from 1. */
  readonly worldAxis: number;
  /** The array's axis. */
  readonly axis: number;
  readonly value: number;
  readonly step: number;
  readonly reference: number;
  readonly logarithmic: boolean;
}

/** The world coordinates of an image: the description that `readWcs` makes of a header. */
export interface Wcs {
  /** "" for the primary description, "A" … "Z" for an alternate one. */
  readonly alternate: string;
  /** WCSNAME. */
  readonly name?: string;
  /** The array's shape, in C order: FITS axis i is axis `shape.length - i`. */
  readonly shape: readonly number[];
  readonly transform: LinearTransform;
  /** null where there is no celestial pair, or none that can be computed (then a warning says why). */
  readonly sky: Sky | null;
  readonly linear: readonly LinearAxis[];
  readonly warnings: readonly WcsWarning[];
}
