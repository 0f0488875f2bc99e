import { readSettings, S3_VARIABLES, type S3Settings } from "./settings.js";

let settled: { readonly key: string; readonly settings: S3Settings } | null = null;

/** The shared files are read once for an environment. */
export function settingsNow(): S3Settings {
  const key = JSON.stringify(S3_VARIABLES.map((name) => process.env[name] ?? null));
  if (settled?.key !== key) settled = { key, settings: readSettings() };
  return settled.settings;
}
