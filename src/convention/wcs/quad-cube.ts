import { onCube } from "./cube.js";
import type { Projection } from "./projection.js";

/** Tangential spherical cube (section 5.6.1). */
export function tangentialCube(): Projection {
  return onCube(
    "TSC",
    (point) => {
      point.zeta = 1;
    },
    (point) => {
      point.xi /= point.zeta;
      point.eta /= point.zeta;
    },
  );
}

/** Quadrilateralised spherical cube (section 5.6.3). */
export function quadrilateralisedCube(): Projection {
  return onCube(
    "QSC",
    (point) => {
      const across = Math.abs(point.xi) > Math.abs(point.eta);
      const u = across ? point.xi : point.eta;
      const v = across ? point.eta : point.xi;
      const angle = u === 0 ? 0 : (Math.PI / 12) * (v / u);
      const omega = Math.sin(angle) / (Math.cos(angle) - Math.SQRT1_2);
      const fall = u * u * (1 - 1 / Math.sqrt(2 + omega * omega));
      const longer = Math.sign(u) * Math.sqrt((fall * (2 - fall)) / (1 + omega * omega));
      point.xi = across ? longer : omega * longer;
      point.eta = across ? omega * longer : longer;
      point.zeta = 1 - fall;
    },
    (point) => {
      const { xi, eta, zeta } = point;
      const across = Math.abs(xi) > Math.abs(eta);
      const longer = across ? xi : eta;
      const omega = longer === 0 ? 0 : (across ? eta : xi) / longer;
      const fall = (xi * xi + eta * eta) / (1 + zeta);
      const u = Math.sign(longer) * Math.sqrt(fall / (1 - 1 / Math.sqrt(2 + omega * omega)));
      const v = (u * 12 * (Math.atan(omega) - Math.asin(omega / Math.sqrt(2 * (1 + omega * omega))))) / Math.PI;
      point.xi = across ? u : v;
      point.eta = across ? v : u;
    },
  );
}
