import common from "../../jest.config.js";

/** What takes long: many kills, and a real gateway with a faulty line before it. */
export default { ...common, testMatch: ["<rootDir>/test/faults/*.faults.ts", "<rootDir>/test/cli/kill.test.ts"] };
