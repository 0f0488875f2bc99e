import { describe, expect, it } from "@jest/globals";
import { documentOf, graticule } from "./run-graticule.js";

/** As users run it: elsewhere oclif adds warnings to developers. */
const env = { NODE_ENV: "production" };
const file = "sample-data/merg/merg_2006091103_4km-pixel.nc";

async function refused(line: string): Promise<{ message: string; hint: string }> {
  const ended = await graticule([...line.split(" ").map((word) => (word === "FILE" ? file : word)), "--json"], { env });
  const { error } = documentOf<{ error: { code: string; message: string; hint: string } }>(ended);
  expect({ exit: ended.code, code: error.code, stderr: ended.stderr }).toEqual({ exit: 2, code: "usage", stderr: "" });
  return error;
}

const help = (command: string): string => `\`graticule ${command} --help\` shows what the command takes`;

describe("a command line that makes no sense says what is wrong with it", () => {
  it.each([
    [
      "convert FILE",
      "--out DEST is missing: a folder, one file that ends in .parquet, or - for a stream of Arrow",
      help("convert"),
    ],
    ["convert FILE --outt x", "there is no flag --outt", "do you mean --out?"],
    ["inspect FILE --stat", "there is no flag --stat", "do you mean --stats?"],
    ["inspect FILE -x -y", "there are no flags -x, -y", help("inspect")],
    ["convert FILE --out x --jobs many", '--jobs takes a whole number; this is "many"', help("convert")],
    ["convert FILE --out x --jobs 0", '--jobs takes a whole number from 1; this is "0"', help("convert")],
    ["cat FILE ch4 --format jsn", '--format takes csv, json, npy or arrow; this is "jsn"', "do you mean json?"],
    ["convert FILE --out x --append --overwrite", "--append and --overwrite exclude each other", help("convert")],
    ["convert FILE --out a --out b", "--out stands twice", help("convert")],
    ["cat FILE", "<variable> is missing: its path (/group/name), or its name where only one has it", help("cat")],
    ["formats extra", "nothing is done with the argument extra", help("formats")],
  ])("%s", async (line, message, hint) => {
    expect(await refused(line)).toMatchObject({ message, hint });
  });

  it.each([
    ["conjure a.nc", 'there is no command "conjure"', "`graticule --help` lists the commands"],
    ["convrt a.nc", 'there is no command "convrt"', "do you mean convert? `graticule --help` lists the commands"],
    ["inspekt", 'there is no command "inspekt"', "do you mean inspect? `graticule --help` lists the commands"],
    [
      "plugins scafold x",
      'there is no command "plugins scafold"',
      "do you mean plugins scaffold? `graticule plugins --help` lists the commands",
    ],
  ])("%s: only the command is named, with the one that may be meant", async (line, message, hint) => {
    expect(await refused(line)).toMatchObject({ message, hint });
  });

  it("a flag without its value", async () => {
    const { code, stderr } = await graticule(["convert", file, "--out"], { env });
    expect({ code, stderr }).toEqual({
      code: 2,
      stderr: `Error (usage): --out DEST needs its value: a folder, one file that ends in .parquet, or - for a stream of Arrow\n  hint:     ${help("convert")}\n`,
    });
  });
});
