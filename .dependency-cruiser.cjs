/** Layers from top to bottom; a module may import its own layer and whatever stands below it. */
const layers = [
  ["cli"],
  ["quality", "ml", "plot"],
  ["dataframe"],
  ["execute"],
  ["physical"],
  ["optimizer", "scan", "sink"],
  ["plan", "parquet", "indexes", "archive"],
  ["arrow"],
  ["convention"],
  ["format"],
  ["codec", "store", "expr"],
  ["schema"],
  ["calendar", "units"],
];
const above = (i) => layers.slice(0, i).flat().join("|");

module.exports = {
  forbidden: [
    { name: "no-cycle", severity: "error", from: {}, to: { circular: true } },
    ...layers.slice(1).map((rooms, k) => ({
      name: `${rooms.join("-")}-points-down`,
      comment: "imports inside src point downwards only (docs/explanation/architecture.md)",
      severity: "error",
      from: { path: `^src/(${rooms.join("|")})/` },
      to: { path: `^src/(${above(k + 1)})/` },
    })),
    { name: "errors-imports-nothing", severity: "error", from: { path: "^src/errors" }, to: { path: "^(src|commands|plugins)/" } },
    { name: "src-knows-no-command", severity: "error", from: { path: "^src/" }, to: { path: "^(commands|plugins|test)/" } },
    {
      name: "commands-use-index-and-cli",
      severity: "error",
      from: { path: "^commands/" },
      to: { path: "^src/", pathNot: "^src/(index|errors|cli/.*)\\.ts$" },
    },
    {
      name: "plugins-know-only-the-contract",
      severity: "error",
      from: { path: "^plugins/" },
      to: { path: "^(src/(?!plugin\\.ts)|commands/)" },
    },
    {
      name: "plugins-import-types-only",
      comment: "services arrive in the context; a plugin loads without graticule",
      severity: "error",
      from: { path: "^plugins/" },
      to: { path: "^src/plugin\\.ts$", dependencyTypesNot: ["type-only"] },
    },
    {
      name: "contract-gives-types-only",
      severity: "error",
      from: { path: "^src/plugin\\.ts$" },
      to: { dependencyTypesNot: ["type-only"] },
    },
    {
      name: "not-to-dev-dependency",
      severity: "error",
      from: { path: "^(src|commands|plugins/[^/]+/src)/" },
      to: { dependencyTypes: ["npm-dev"], pathNot: "node_modules/@types/" },
    },
    {
      name: "declared",
      comment: "a package that is imported stands in the dependencies of whoever imports it",
      severity: "error",
      from: { path: "^(src|commands|plugins/[^/]+/src)/" },
      to: { dependencyTypes: ["npm-no-pkg", "npm-unknown"] },
    },
    { name: "resolvable", severity: "error", from: {}, to: { couldNotResolve: true } },
  ],
  options: {
    parser: "swc",
    doNotFollow: { path: "node_modules" },
    exclude: { path: "^(dist|plugins/[^/]+/(dist|test))/" },
    webpackConfig: { fileName: "./.dependency-cruiser.resolve.cjs" },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      exportsFields: ["exports"],
      conditionNames: ["import", "node", "default"],
      extensions: [".ts", ".js"],
    },
  },
};
