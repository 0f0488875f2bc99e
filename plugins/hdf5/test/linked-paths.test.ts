import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { findLinked, type LinkKind } from "../src/linked-paths.js";

/** Where h5py finds the same files is the library's own rule: H5F_prefix_open_file, H5Pset_external. */
let folder: string;
const file = (name: string): string => join(folder, name);

beforeAll(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), "graticule-")));
  for (const sub of ["data/inside", "elsewhere", "prefixed", "links"]) mkdirSync(file(sub), { recursive: true });
  for (const name of ["data/main.h5", "data/beside.h5", "data/inside/deep.h5", "prefixed/far.h5", "prefixed/beside.h5"])
    writeFileSync(file(name), "");
  symlinkSync(file("data/main.h5"), file("links/main.h5"));
});
afterAll(() => rmSync(folder, { recursive: true }));

function withVariable<T>(name: string, value: string, run: () => T): T {
  process.env[name] = value;
  try {
    return run();
  } finally {
    delete process.env[name];
  }
}

test.each<LinkKind>(["link", "virtual", "external"])("beside the file, also behind a symbolic link: %s", (kind) => {
  expect(findLinked(file("data/main.h5"), "beside.h5", kind)).toBe(file("data/beside.h5"));
  expect(findLinked(file("data/main.h5"), "inside/deep.h5", kind)).toBe(file("data/inside/deep.h5"));
  expect(findLinked(file("links/main.h5"), "beside.h5", kind)).toBe(file("data/beside.h5"));
  expect(findLinked(file("data/main.h5"), "nowhere.h5", kind)).toBeNull();
  expect(findLinked(file("data/main.h5"), "inside", kind)).toBeNull();
  expect(findLinked(file("data/main.h5"), "", kind)).toBeNull();
});

test("an absolute name that is gone is looked for beside the file, but not of external values", () => {
  expect(findLinked(file("data/main.h5"), "/gone/beside.h5", "virtual")).toBe(file("data/beside.h5"));
  expect(findLinked(file("data/main.h5"), "/gone/beside.h5", "link")).toBe(file("data/beside.h5"));
  expect(findLinked(file("data/main.h5"), "/gone/beside.h5", "external")).toBeNull();
  expect(findLinked(file("data/main.h5"), file("prefixed/far.h5"), "external")).toBe(file("prefixed/far.h5"));
});

test("prefixes of the environment come first", () => {
  const list = `${file("elsewhere")}:${file("prefixed")}`;
  withVariable("HDF5_VDS_PREFIX", list, () => {
    expect(findLinked(file("data/main.h5"), "beside.h5", "virtual")).toBe(file("prefixed/beside.h5"));
    expect(findLinked(file("data/main.h5"), "beside.h5", "link")).toBe(file("data/beside.h5"));
  });
  withVariable("HDF5_EXT_PREFIX", list, () =>
    expect(findLinked(file("data/main.h5"), "far.h5", "link")).toBe(file("prefixed/far.h5")),
  );
  withVariable("HDF5_EXTFILE_PREFIX", `${"$"}{ORIGIN}/inside`, () =>
    expect(findLinked(file("data/main.h5"), "deep.h5", "external")).toBe(file("data/inside/deep.h5")),
  );
});

test("a file on a server names only what is on that server", () => {
  const url = "https://data.example.org/a/main.h5?version=2";
  expect(findLinked(url, "b c#1.h5", "virtual")).toBe("https://data.example.org/a/b%20c%231.h5");
  expect(findLinked(url, "../b.h5", "link")).toBe("https://data.example.org/b.h5");
  expect(findLinked(url, "//other.example.org/b.h5", "link")).toBeNull();
  expect(findLinked("s3://bucket/a/main.h5", "part.h5", "external")).toBe("s3://bucket/a/part.h5");
});

test("a file on a server names no local file, whatever the name", () => {
  for (const url of ["https://data.example.org/a/main.h5", "s3://bucket/a/main.h5"])
    for (const kind of ["link", "virtual", "external"] as const)
      for (const name of [import.meta.filename, `file://${import.meta.filename}`, "C:\\data\\b.h5"])
        expect(findLinked(url, name, kind) ?? url).toMatch(/^(?:https:\/\/data\.example\.org|s3:\/\/bucket)\//);
});
