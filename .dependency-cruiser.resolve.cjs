const { join } = require("node:path");

/** How dependency-cruiser finds what plugins import: the contract's source, so that it sees whether types alone are taken. */
module.exports = { resolve: { alias: { "graticule/plugin": join(__dirname, "src/plugin.ts") } } };
