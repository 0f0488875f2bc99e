import type { DecodedStatistics } from "../../convention/statistics.js";
import { clip, type Style } from "../style.js";
import { alignColumns } from "../table.js";
import type { Json } from "./attribute-json.js";
import type { InspectDocument, VariableDocument } from "./document.js";
import type { Inspection } from "./inspect-file.js";
import { numberText } from "./number-text.js";
import { renderMeasures } from "./render-measures.js";

export interface RenderOptions {
  /** Attributes of variables too; those of the file always. */
  readonly attributes: boolean;
  readonly style: Style;
  /** Columns of the terminal. */
  readonly width: number;
}

const SECTIONS: readonly { readonly title: string; readonly roles: readonly VariableDocument["role"][] }[] = [
  { title: "Coordinates", roles: ["coordinate", "auxiliary"] },
  { title: "Data", roles: ["data", "quality"] },
  { title: "Bounds, mappings, measures", roles: ["bounds", "grid_mapping", "cell_measure"] },
];

/** The document as a person wants it: between `ncdump -h` and xarray's repr. */
export function renderInspection(document: InspectDocument, known: Inspection["known"], options: RenderOptions): string {
  const { style, width } = options;
  const parts = [headOf(document, style), dimensionsOf(document, options)];
  for (const { title, roles } of SECTIONS) {
    const entries = Object.entries(document.variables).filter(([, variable]) => roles.includes(variable.role));
    if (entries.length > 0) parts.push(`${style.bold(title)}\n${variableLines(entries, known, options)}`);
  }
  parts.push(renderMeasures(document, style, width));
  if (options.attributes) parts.push(...variableAttributes(document, options));
  parts.push(attributesOf("Attributes", document.attributes, options));
  return parts.filter((part) => part !== "").join("\n");
}

function headOf(document: InspectDocument, style: Style): string {
  const { format, container, version, bytes } = document;
  const inside = container === format ? "" : ` in ${container}`;
  const extent = Object.entries(document.extent).map(
    ([name, [low, high]]) => `${name} ${span(dateText(plain(low)), dateText(plain(high)))}`,
  );
  const lines = [
    `${style.bold(document.path)}  ${format}${inside}, version ${version}${bytes === undefined ? "" : `, ${sizeText(bytes)}`}`,
  ];
  if (extent.length > 0) lines.push(`extent  ${extent.join(", ")}`);
  const named = (group: string): string => {
    const title = document.group_titles?.[group];
    return title === undefined ? group : `${group} (${title})`;
  };
  if (document.groups.length > 0)
    lines.push(
      `groups  ${document.groups.length > 12 ? `${document.groups.length}: ` : ""}${document.groups.slice(0, 12).map(named).join(" ")}${document.groups.length > 12 ? " …" : ""}`,
    );
  return `${lines.join("\n")}\n`;
}

function dimensionsOf({ dimensions }: InspectDocument, { style, width }: RenderOptions): string {
  const entries = Object.entries(dimensions);
  if (entries.length === 0) return "";
  const lines = alignColumns(
    entries.map(([path, { length, unlimited }]) => [style.name(shortPath(path)), String(length), unlimited ? "unlimited" : ""]),
    width,
  );
  return `${style.bold("Dimensions")}\n${lines}`;
}

function variableLines(entries: readonly [string, VariableDocument][], known: Inspection["known"], options: RenderOptions): string {
  const rows = entries.map(([path, variable]) => variableRow(path, variable, known.get(path), options.style));
  return alignColumns(rows, options.width);
}

function variableRow(path: string, variable: VariableDocument, values: DecodedStatistics | undefined, style: Style): string[] {
  const sizes = variable.dims.map((dim, d) => `${dim} ${variable.shape[d]}`);
  const extra = variable.shape.slice(variable.dims.length).map(String);
  const storage = [
    variable.chunks === null ? "" : `chunks ${variable.chunks.join("×")}`,
    variable.codecs.join(" "),
    variable.access === "direct" ? "" : `via ${variable.access}`,
    variable.alias_of === undefined ? "" : `= ${shortPath(variable.alias_of)}`,
  ];
  const trouble =
    variable.error?.message ?? (variable.unsupported === undefined ? undefined : `unsupported: ${variable.unsupported}`);
  return [
    style.name(shortPath(path)),
    variable.empty ? "(empty)" : `(${[...sizes, ...extra].join(", ")})`,
    style.type(variable.dtype),
    unitsText(variable),
    variable.role === "coordinate" || variable.role === "auxiliary" ? rangeText(variable, values) : "",
    trouble === undefined ? style.dim(storage.filter((text) => text !== "").join(", ")) : style.bad(trouble),
  ];
}

function unitsText({ units = "", time }: VariableDocument): string {
  if (time?.error !== undefined) return `${units} (no dates: ${time.error})`;
  return time?.calendar === undefined || time.calendar === "standard" ? units : `${units} (${time.calendar})`;
}

/** First and last value in storage order; of times, as dates. */
function rangeText({ time }: VariableDocument, values: DecodedStatistics | undefined): string {
  if (time?.first !== undefined && time.last !== undefined) return span(dateText(time.first), dateText(time.last));
  if (values?.first_valid === undefined || values.last_valid === undefined) return "";
  return span(numberText(values.first_valid), numberText(values.last_valid));
}

function span(first: string, last: string): string {
  return first === last ? first : `${first} … ${last}`;
}

function dateText(moment: string): string {
  return moment.replace(/T00:00:00$/, "").replace(/(T\d\d:\d\d):00$/, "$1");
}

function variableAttributes(document: InspectDocument, options: RenderOptions): string[] {
  const groups = Object.entries(document.group_attributes ?? {});
  const variables = Object.entries(document.variables).map(([path, { attributes }]) => [path, attributes] as const);
  return [...variables, ...groups].map(([path, attributes]) =>
    attributesOf(`Attributes of ${shortPath(path)}`, attributes, options),
  );
}

function attributesOf(title: string, attributes: Readonly<Record<string, Json>>, { style, width }: RenderOptions): string {
  const entries = Object.entries(attributes);
  if (entries.length === 0) return "";
  const lines = entries.map(
    ([name, value]) =>
      `  ${style.name(name)}: ${clip(harmless(plain(value).replaceAll(/\s*\n\s*/g, " ⏎ ")), Math.max(20, width - name.length - 4))}\n`,
  );
  return `${style.bold(title)}\n${lines.join("")}`;
}

/** The leading slash tells nothing in a file without groups. */
function shortPath(path: string): string {
  return path.lastIndexOf("/") === 0 && path.length > 1 ? path.slice(1) : path;
}

/** Bytes of a file command no terminal: control characters are spelled. */
function harmless(text: string): string {
  return text.replaceAll(/\p{Cc}/gu, (control) =>
    control === "\t" ? " " : `\\x${control.charCodeAt(0).toString(16).padStart(2, "0")}`,
  );
}

function plain(value: Json | string): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

function sizeText(bytes: number): string {
  const units = ["bytes", "kB", "MB", "GB", "TB"];
  let [size, unit] = [bytes, 0];
  while (size >= 1000 && unit < units.length - 1) {
    size /= 1000;
    unit++;
  }
  return `${unit === 0 ? size : size.toPrecision(3)} ${units[unit]}`;
}
