import type { Attributes } from "../../format/contract.js";
import { type Keywords, readNumber } from "./keywords.js";

/**
 * RADESYS and EQUINOX as metadata: coordinates are never turned into another frame. Without RADESYS, an equinox before 1984 means
 * FK4 and one from then on FK5; without either it is ICRS (Calabretta & Greisen 2002, section 3.1). RADECSYS and EPOCH are the
 * old names.
 */
export function readFrame(attributes: Attributes, keywords: Keywords, lonName: string): { radesys?: string; equinox?: number } {
  if (lonName !== "ra" && lonName !== "elon") return {};
  const given = keywords.text("RADESYS") ?? (keywords.alternate === "" ? textOf(attributes, "RADECSYS") : undefined);
  const equinox = keywords.number("EQUINOX") ?? readNumber(attributes, "EPOCH");
  const radesys = given || (equinox === undefined ? "ICRS" : equinox < 1984 ? "FK4" : "FK5");
  const standard = radesys.startsWith("FK4") ? 1950 : radesys === "FK5" ? 2000 : undefined;
  const year = equinox ?? standard;
  return { radesys, ...(year !== undefined && { equinox: year }) };
}

function textOf(attributes: Attributes, name: string): string | undefined {
  const value = attributes.get(name)?.values[0];
  return typeof value === "string" ? value.trim() : undefined;
}
