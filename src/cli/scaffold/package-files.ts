import type { PluginNames } from "./names.js";
import { MAGIC_HEX } from "./source-files.js";

export function packageFiles(names: PluginNames): Record<string, string> {
  const json = {
    name: names.packageName,
    version: "0.1.0",
    description: `The ${names.id} format for graticule`,
    license: "Apache-2.0",
    type: "module",
    exports: { ".": "./dist/src/index.js", "./package.json": "./package.json" },
    files: ["dist/src"],
    keywords: ["graticule-plugin"],
    scripts: {
      build: "tsc",
      test: "tsc && node --test dist/test/*.test.js",
      sample: "tsc && node dist/test/write-sample.js",
      prepack: "tsc",
    },
    oclif: {},
    graticule: {
      apiVersion: names.apiVersion,
      entry: "./dist/src/index.js",
      formats: [
        {
          id: names.id,
          title: `${names.id} grids`,
          magic: [{ offset: 0, hex: MAGIC_HEX }],
          extensions: [names.extension],
          capabilities: ["one float32 grid over latitude and longitude"],
        },
      ],
    },
    peerDependencies: { graticule: `>=${names.graticule}` },
    peerDependenciesMeta: { graticule: { optional: true } },
    devDependencies: { "@types/node": "^24.0.0", graticule: `file:${names.root}`, typescript: "^7.0.2" },
  };
  const compiler = {
    compilerOptions: {
      target: "es2023",
      module: "nodenext",
      types: ["node"],
      strict: true,
      noUncheckedIndexedAccess: true,
      exactOptionalPropertyTypes: true,
      verbatimModuleSyntax: true,
      skipLibCheck: true,
      declaration: true,
      rootDir: ".",
      outDir: "dist",
    },
    include: ["src/**/*.ts", "test/**/*.ts"],
  };
  return {
    "package.json": `${JSON.stringify(json, null, 2)}\n`,
    "tsconfig.json": `${JSON.stringify(compiler, null, 2)}\n`,
    ".gitignore": "node_modules\ndist\n",
  };
}
