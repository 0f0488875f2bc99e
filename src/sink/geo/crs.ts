import type { TableGroup } from "../../archive/model.js";

/** Of WGS 84, in metres (EPSG 7030). */
const WGS84 = { axis: 6_378_137, inverseFlattening: 298.257_223_563 };

/**
 * The coordinate reference system of a table's longitudes and latitudes as PROJJSON, from its grid mappings (CF, appendix F).
 * Undefined: that of GeoParquet by default, OGC:CRS84, where the files tell nothing else. Null: not known.
 */
export function crsOf({ columns, metadata }: TableGroup): object | null | undefined {
  const names = new Set(columns.flatMap(({ field }) => field.metadata.grid_mapping?.split(/[\s:]+/)[0] ?? []));
  const [name, ...others] = names;
  if (name === undefined) return undefined;
  const text = others.length === 0 ? metadata[name] : undefined;
  return text === undefined ? null : crsFrom(JSON.parse(text) as Readonly<Record<string, unknown>>);
}

function crsFrom(mapping: Readonly<Record<string, unknown>>): object | null | undefined {
  const number = (key: string): number | undefined => (typeof mapping[key] === "number" ? mapping[key] : undefined);
  if ((number("longitude_of_prime_meridian") ?? 0) !== 0) return null;
  const said = [
    mapping.reference_ellipsoid_name,
    mapping.horizontal_datum_name,
    mapping.geographic_crs_name,
    mapping.crs_wkt,
    mapping.spatial_ref,
  ];
  const names = said.filter((one): one is string => typeof one === "string");
  const axis = number("semi_major_axis");
  const radius = number("earth_radius") ?? (number("semi_minor_axis") === axis ? axis : undefined);
  if (radius !== undefined) return geographic({ name: "sphere", radius });
  if (axis !== undefined) {
    const minor = number("semi_minor_axis");
    const flattening = number("inverse_flattening") ?? (minor === undefined ? undefined : axis / (axis - minor));
    if (flattening === undefined) return null;
    if (flattening === 0) return geographic({ name: "sphere", radius: axis });
    const isWgs = axis === WGS84.axis && Math.abs(flattening - WGS84.inverseFlattening) < 1e-5;
    return isWgs ? undefined : geographic({ name: "ellipsoid", semi_major_axis: axis, inverse_flattening: flattening });
  }
  if (names.length === 0) return undefined;
  return names.some((one) => /WGS[ _]?(19)?84|World Geodetic System 1984/i.test(one)) ? undefined : null;
}

function geographic(ellipsoid: object): object {
  const axis = (name: string, abbreviation: string, direction: string): object => ({
    name,
    abbreviation,
    direction,
    unit: "degree",
  });
  return {
    $schema: "https://proj.org/schemas/v0.7/projjson.schema.json",
    type: "GeographicCRS",
    name: "of the file's grid mapping",
    datum: { type: "GeodeticReferenceFrame", name: "of the file's grid mapping", ellipsoid },
    coordinate_system: {
      subtype: "ellipsoidal",
      axis: [axis("Longitude", "lon", "east"), axis("Latitude", "lat", "north")],
    },
  };
}
