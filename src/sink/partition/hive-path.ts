/** The folder of rows whose value is missing, or an empty text, which no folder can be named after. */
const NULL_FOLDER = "__HIVE_DEFAULT_PARTITION__";

/** Characters that stand as `%XX` in names of folders: those of Hive's FileUtils.escapePathName, which Spark takes over. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are among those that are escaped
const ESCAPED = /[\u0000-\u001f"#%'*/:=?\\\u007f{[\]^]/g;

/** `name=value`, as Hive and all that read its layout have it. */
export function hiveFolder(name: string, value: string | null): string {
  return `${escapeHive(name)}=${value === null || value === "" ? NULL_FOLDER : escapeHive(value)}`;
}

function escapeHive(text: string): string {
  return text.replaceAll(ESCAPED, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, "0")}`);
}
