/** ESM through swc: TypeScript 7 has no JavaScript compiler API, so ts-jest cannot work. */
export default {
  testEnvironment: "node",
  // Nothing is told by how long a test takes; a loaded machine may take long.
  testTimeout: 60_000,
  extensionsToTreatAsEsm: [".ts"],
  transform: {
    "^.+\\.ts$": ["@swc/jest", { jsc: { parser: { syntax: "typescript" }, target: "es2022" }, module: { type: "es6" } }],
  },
  moduleNameMapper: { "^(\\.{1,2}/.*)\\.js$": "$1" },
  testMatch: ["<rootDir>/test/**/*.test.ts", "<rootDir>/plugins/*/test/**/*.test.ts"],
  reporters: ["default", "<rootDir>/test/support/closing-line-reporter.js"],
  modulePathIgnorePatterns: ["<rootDir>/dist", "<rootDir>/plugins/.*/dist"],
};
