import { GraticuleError } from "../../errors.js";

/** How a new plugin is called, everywhere it is called something. */
export interface PluginNames {
  /** Format id, "my-grid". */
  readonly id: string;
  /** Package, "graticule-my-grid". */
  readonly packageName: string;
  /** ".my-grid" */
  readonly extension: string;
  /** Version of graticule that wrote the package, and where it lies: its types are taken from there. */
  readonly graticule: string;
  readonly root: string;
  readonly apiVersion: number;
}

/** @throws `usage` where npm would not take the name */
export function namesOf(name: string, graticule: string, root: string, apiVersion: number): PluginNames {
  const id = name.replace(/^graticule-/, "");
  if (!/^[a-z][a-z0-9-]{0,50}$/.test(id))
    throw new GraticuleError("usage", `"${name}" cannot be a plugin's name`, {
      hint: "lower-case letters, digits and hyphens, beginning with a letter: `graticule plugins scaffold my-grid`",
    });
  return { id, packageName: `graticule-${id}`, extension: `.${id}`, graticule, root, apiVersion };
}
