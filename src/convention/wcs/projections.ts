import { cobeCube } from "./cobe-cube.js";
import { conicEqualArea, conicEquidistant, conicOrthomorphic, conicPerspective } from "./conic.js";
import { cylindricalEqualArea, cylindricalPerspective, mercator, parabolic, plateCarree, sansonFlamsteed } from "./cylindrical.js";
import { healpix, healpixPolar } from "./healpix.js";
import { bonne, polyconic } from "./polyconic.js";
import type { Parameters, Projection } from "./projection.js";
import { hammerAitoff, mollweide } from "./pseudocylindrical.js";
import { quadrilateralisedCube, tangentialCube } from "./quad-cube.js";
import { equalArea, equidistant, gnomonic, orthographic, stereographic } from "./zenithal.js";
import { perspective, slantOrthographic, slantPerspective } from "./zenithal-perspective.js";
import { airy, polynomial } from "./zenithal-polynomial.js";

/** Every projection that is read, by the code in CTYPE. @throws Error of one line where parameters are absent or have no image */
export const PROJECTIONS: ReadonlyMap<string, (parameter: Parameters) => Projection> = new Map([
  ["AZP", perspective],
  ["SZP", slantPerspective],
  ["TAN", gnomonic],
  ["STG", stereographic],
  ["SIN", orthographicOf],
  ["ARC", equidistant],
  ["ZPN", polynomial],
  ["ZEA", equalArea],
  ["AIR", airy],
  ["CYP", cylindricalPerspective],
  ["CEA", cylindricalEqualArea],
  ["CAR", plateCarree],
  ["MER", mercator],
  ["SFL", sansonFlamsteed],
  ["PAR", parabolic],
  ["MOL", mollweide],
  ["AIT", hammerAitoff],
  ["COP", conicPerspective],
  ["COE", conicEqualArea],
  ["COD", conicEquidistant],
  ["COO", conicOrthomorphic],
  ["BON", bonne],
  ["PCO", polyconic],
  ["TSC", tangentialCube],
  ["CSC", cobeCube],
  ["QSC", quadrilateralisedCube],
  ["HPX", healpix],
  ["XPH", healpixPolar],
]);

function orthographicOf(parameter: Parameters): Projection {
  const xi = parameter(1, 0);
  const eta = parameter(2, 0);
  return xi === 0 && eta === 0 ? orthographic() : slantOrthographic(xi, eta);
}
