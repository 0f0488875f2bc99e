import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { isGraticuleError } from "../../src/errors.js";
import { parseExpr } from "../../src/expr/parse.js";
import { planConvert } from "../../src/physical/plan-convert.js";
import { formatPlan, parsePlan } from "../../src/plan/plan-json.js";
import { archiveOf, SINK, SMALL } from "./collect.js";

const FILE = join(import.meta.dirname, "../../sample-data/one-predicate/t2m.nc");

function tagOf(text: string): string {
  try {
    parsePlan(text);
  } catch (error) {
    if (isGraticuleError(error)) return error.tag;
    throw error;
  }
  return "none";
}

describe("plans as JSON", () => {
  test("go out and come in without loss, before and after the optimiser", async () => {
    const archive = await archiveOf([FILE]);
    const where = parseExpr("t2m > 273.15 and lat in (50, 47.5) and time >= '2000-01-03' or lon is null");
    const { logical, optimized } = await planConvert(
      archive,
      { where, sink: { ...SINK, compression: { codec: "zstd", level: 3 } }, order: "array" },
      SMALL,
    );
    for (const plan of [logical, optimized]) expect(parsePlan(formatPlan(plan))).toEqual(plan);
  });

  test("of another version, or with anything unknown, are refused", async () => {
    const archive = await archiveOf([FILE]);
    const { optimized } = await planConvert(archive, { where: parseExpr("lat > 40"), sink: SINK }, SMALL);
    const text = formatPlan(optimized);
    expect(tagOf(text)).toBe("none");
    expect(tagOf(text.replace('"version":1', '"version":2'))).toBe("unsupported");
    expect(tagOf(text.replace('"op":"scan"', '"op":"teleport"'))).toBe("malformed");
    expect(tagOf(text.replace('"op":"compare"', '"op":"compute"'))).toBe("malformed");
    expect(tagOf(text.replace('"kind":">"', '"kind":"; while (1); "'))).toBe("malformed");
    expect(tagOf(text.replace('"codec":"zstd"', '"codec":"rar"'))).toBe("malformed");
    expect(tagOf(text.replace('"stop":20', '"stop":-1'))).toBe("malformed");
    expect(tagOf(text.slice(1))).toBe("malformed");
    expect(tagOf("{}")).toBe("malformed");
  });
});
