import { type CodecListing, listCodecs } from "../codec/catalogue.js";
import { type DiscoveryOptions, discoverPlugins, type InstalledPlugin } from "../format/discover.js";
import { formatRegistry } from "../format/registry.js";
import { type Style, widthOf } from "./style.js";
import { renderTable } from "./table.js";

export interface FormatsDocument {
  readonly formats: readonly {
    readonly id: string;
    readonly title: string;
    readonly extensions: readonly string[];
    readonly capabilities: readonly string[];
    readonly plugin: string;
    readonly version: string;
    readonly origin: InstalledPlugin["origin"];
  }[];
  /** What chunks may be coded with, in formats that leave it to their writers. */
  readonly codecs: readonly CodecListing[];
  readonly warnings: readonly string[];
}

/** The formats of all installed plugins, by id, and the codecs. */
export function listFormats(options: DiscoveryOptions): FormatsDocument {
  const { plugins, warnings } = formatRegistry(discoverPlugins(options));
  const formats = plugins.flatMap(({ name, version, origin, manifest }) =>
    manifest.formats.map(({ id, title, extensions, capabilities }) => ({
      id,
      title,
      extensions,
      capabilities: capabilities.map((one) => (typeof one === "string" ? one : one.what)),
      plugin: name,
      version,
      origin,
    })),
  );
  return { formats: formats.sort((a, b) => (a.id < b.id ? -1 : 1)), codecs: listCodecs(), warnings };
}

export function renderFormats({ formats, codecs }: FormatsDocument, style: Style): string {
  const rows = formats.map((format) => [
    format.id,
    format.title,
    format.extensions.join(" "),
    `${format.plugin} ${format.version}${format.origin === "dependency" ? "" : ` (${format.origin})`}`,
  ]);
  const titles = ["format", "title", "extensions", "plugin"].map((title) => ({ title }));
  const table = renderTable(titles, rows, { heading: style.bold, width: widthOf(process.stdout) });
  const abilities = formats
    .filter((format) => format.capabilities.length > 0)
    .map((format) => `\n${style.bold(format.id)} reads\n${format.capabilities.map((line) => `  ${line}\n`).join("")}`);
  const coded = codecs.map(({ id, what, hdf5, zarr }) => [id, what, hdf5 === undefined ? "" : String(hdf5), zarr ?? ""]);
  const codecTitles = ["codec", "what", "HDF5 filter", "Zarr codec"].map((title) => ({ title }));
  return `${table}${abilities.join("")}\n${renderTable(codecTitles, coded, { heading: style.bold, width: widthOf(process.stdout) })}`;
}
