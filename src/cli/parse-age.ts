import { GraticuleError } from "../errors.js";

const UNITS: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 };

/** Milliseconds of `90s`, `30m`, `12h`, `1d`, `2w`. @throws `usage` */
export function parseAge(text: string): number {
  const [, number, unit = ""] = /^(\d+(?:\.\d+)?)\s*([smhdw])$/i.exec(text.trim()) ?? [];
  if (number === undefined) throw new GraticuleError("usage", `"${text}" is no age`, { hint: "write 90s, 30m, 12h, 1d or 2w" });
  return Number(number) * (UNITS[unit.toLowerCase()] as number);
}
