import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { gunzipSync } from "node:zlib";
import { describe, expect, test } from "@jest/globals";
import plugin from "../../plugins/netcdf/src/index.js";
import type { ArrayVariable, AttributeElement } from "../../src/format/contract.js";
import { readBox } from "../../src/format/read-box.js";
import { type OwnedReadContext, readContext } from "../../src/format/read-context.js";
import { boxShape, sizeOf } from "../../src/schema/box.js";
import { bytesOf, type TypedArray } from "../../src/schema/typed-array.js";
import type { ByteSource } from "../../src/store/contract.js";
import { memorySource } from "../../src/store/memory.js";

/** Real archives with the answers of netCDF4-python and scipy; kept beside the checkout, not in it. */
const shared = process.env.GRATICULE_SHARED ?? join(import.meta.dirname, "../../../shared");
const references = join(shared, "data-reference");
const present = existsSync(references);

interface Reference {
  readonly kind: string;
  /** A selection; `n_global_attrs` counts them all. */
  readonly global_attrs: Record<string, unknown>;
  readonly n_global_attrs: number;
  readonly dimensions: Record<string, { len: number; unlimited: boolean }>;
  readonly variables: Record<string, ReferenceVariable>;
}

interface ReferenceVariable {
  readonly dims: string[];
  readonly shape: number[];
  readonly attrs: Record<string, unknown>;
  readonly n_attrs: number;
  readonly raw_dtype: string;
  readonly raw_sha256?: string;
}

function* classicFiles(): Iterable<[string, Reference]> {
  if (!present) return;
  for (const entry of readdirSync(references, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || !entry.name.endsWith(".json")) continue;
    const path = join(entry.parentPath, entry.name);
    const reference = JSON.parse(readFileSync(path, "utf8")) as Reference;
    const file = relative(references, path).slice(0, -5);
    if (reference.kind === "netcdf3" && existsSync(join(shared, "data", file))) yield [file, reference];
  }
}

/** Of all values, in slabs of the first dimension so that memory stays bounded. */
async function sha256(variable: ArrayVariable, context: OwnedReadContext): Promise<string> {
  const hash = createHash("sha256");
  const [first = 1, ...rest] = variable.shape;
  const step = Math.max(1, Math.floor((16 << 20) / Math.max(1, sizeOf(rest) * variable.dtype.size)));
  for (let start = 0; start < first; start += step) {
    const box = variable.shape.map((n, d) => (d === 0 ? { start, stop: Math.min(n, start + step) } : { start: 0, stop: n }));
    if (sizeOf(boxShape(box)) > 0) hash.update(bytesOf((await readBox(variable, box, context)) as TypedArray));
  }
  return hash.digest("hex");
}

/** A file compressed as a whole is unpacked by whoever opens it; the plugin sees what it holds. */
async function openSource(context: OwnedReadContext, path: string): Promise<ByteSource> {
  return path.endsWith(".gz") ? context.adopt(memorySource(path, gunzipSync(readFileSync(path)))) : context.openSource(path);
}

/** As the references have it: one element is a plain value, NaN and infinities are text. */
function plainAttribute(values: readonly AttributeElement[]): unknown {
  const plain = values.map((v) =>
    typeof v === "bigint" ? Number(v) : typeof v === "number" && !Number.isFinite(v) ? String(v) : v,
  );
  return plain.length === 1 ? plain[0] : plain;
}

function attributesOf(attributes: ArrayVariable["attributes"], reference: Record<string, unknown>): Record<string, unknown> {
  const out: Record<string, unknown> = {};
  for (const [name, { values }] of attributes) {
    if (!(name in reference)) continue;
    const wanted = reference[name];
    // Long ones are given by their beginning; a reference of text that is no UTF-8 holds U+FFFD or escapes.
    const abridged = typeof wanted === "object" && !Array.isArray(wanted);
    const illegible = typeof wanted === "string" && /\ufffd|\\x/.test(wanted);
    // NULs are dropped from text.
    const same = typeof wanted === "string" && wanted.replaceAll("\0", "") === plainAttribute(values);
    out[name] = abridged || illegible || same ? wanted : plainAttribute(values);
  }
  return out;
}

(present ? describe : describe.skip)("every classic file of the shared archives", () => {
  test.each([...classicFiles()])(
    "%s",
    async (file, reference) => {
      const context = readContext({ parallel: false });
      const dataset = await plugin.open(await openSource(context, join(shared, "data", file)), context);
      expect(Object.fromEntries(dataset.dimensions.map((d) => [d.path, { len: d.length, unlimited: d.unlimited }]))).toEqual(
        reference.dimensions,
      );
      expect(attributesOf(dataset.groups[0]?.attributes ?? new Map(), reference.global_attrs)).toEqual(reference.global_attrs);
      expect(dataset.groups[0]?.attributes.size).toBe(reference.n_global_attrs);
      expect(dataset.variables.map((v) => v.path).sort()).toEqual(Object.keys(reference.variables).sort());
      expect(dataset.warnings.filter((warning) => !warning.includes("padded"))).toEqual([]);
      for (const variable of dataset.variables) {
        const wanted = reference.variables[variable.path] as ReferenceVariable;
        const { path, dtype, dims, shape } = variable;
        expect({ path, dims, shape, error: variable.error }).toEqual({
          path,
          dims: wanted.dims,
          shape: wanted.shape,
          error: undefined,
        });
        expect([path, dtype.name]).toEqual([path, wanted.raw_dtype === "|S1" ? "char" : wanted.raw_dtype]);
        expect([path, attributesOf(variable.attributes, wanted.attrs)]).toEqual([path, wanted.attrs]);
        expect([path, variable.attributes.size]).toEqual([path, wanted.n_attrs]);
        if (wanted.raw_sha256) expect([path, await sha256(variable, context)]).toEqual([path, wanted.raw_sha256]);
      }
      await context.close();
    },
    60_000,
  );
});

const malformed = join(shared, "data/Parallel-NetCDF__PnetCDF/src/utils/ncvalidator");
const derived = join(shared, "data/derived_malformed/A");

async function openFile(path: string) {
  const context = readContext({ parallel: false });
  return { context, dataset: await plugin.open(await context.openSource(path), context) };
}

(present ? describe : describe.skip)("damaged classic files of the shared archives", () => {
  test.each([
    [join(malformed, "bad_nvars.nc1"), "malformed", 28],
    [join(malformed, "bad_tag_dimension.nc1"), "malformed", 8],
    [join(malformed, "bad_tag_gattr.nc1"), "malformed", 16],
    [join(malformed, "bad_tag_variable.nc1"), "malformed", 24],
    [join(malformed, "bad_tag_vattr.nc1"), "malformed", 44],
    [join(malformed, "bad_unlimited.nc1"), "malformed", 52],
    [join(derived, "not_cdf_version.nc"), "malformed", 3],
    [join(derived, "trunc_header_cdf1.nc"), "truncated", 200],
    [join(derived, "empty.nc"), "truncated", 0],
  ])("%s: %s at byte %d", async (path, tag, offset) => {
    await expect(openFile(path)).rejects.toMatchObject({ tag, offset, file: path });
  });

  test.each(
    ["name_dim", "name_gattr", "name_var", "name_vattr", "value_gattr", "value_vattr"].map((at) => [`bad_padding_${at}.nc1`]),
  )("%s: read, with a note, as ncdump does", async (file) => {
    const { dataset } = await openFile(join(malformed, file));
    expect(dataset.warnings).toEqual([]);
    expect(dataset.notes).toEqual([expect.stringMatching(/^1 name or value in the header is padded with bytes other than zero/)]);
    // The variables' one value lies behind the end of these files of a header only.
    for (const v of dataset.variables) expect(v.error).toMatchObject({ code: "truncated" });
  });

  test("trunc_data_cdf1.nc: whole variables are read, the cut ones marked, none invented", async () => {
    const whole = JSON.parse(
      readFileSync(join(references, "SciSpark__SciSpark/resources/paperSize/merg_2006091105_4km-pixel.nc.json"), "utf8"),
    ) as Reference;
    const { context, dataset } = await openFile(join(derived, "trunc_data_cdf1.nc"));
    const states: Record<string, string> = {};
    for (const variable of dataset.variables) {
      const reference = whole.variables[variable.path];
      states[variable.path] = variable.error?.code ?? "whole";
      if (variable.error) await expect(sha256(variable, context)).rejects.toMatchObject({ tag: "truncated" });
      else expect([variable.path, await sha256(variable, context)]).toEqual([variable.path, reference?.raw_sha256]);
    }
    expect(states).toEqual({ "/time": "whole", "/longitude": "whole", "/latitude": "whole", "/ch4": "truncated" });
  });
});
