/** Sections of an AWS configuration file: keys and values; a nested block `s3 =` gives keys like `s3.endpoint_url`. */
export type IniFile = ReadonlyMap<string, ReadonlyMap<string, string>>;

/** Reads what the AWS tools read: sections in brackets, `key = value`, comments after `#` or `;`, indented lines as a block. */
export function parseIni(text: string): IniFile {
  const sections = new Map<string, Map<string, string>>();
  let section: Map<string, string> | undefined;
  let block = "";
  for (const line of text.split(/\r?\n/)) {
    if (/^\s*([#;]|$)/.test(line)) continue;
    const heading = /^\s*\[\s*([^\]]*?)\s*\]/.exec(line)?.[1];
    if (heading !== undefined) {
      const name = heading.replace(/\s+/g, " ");
      section = sections.get(name) ?? new Map();
      sections.set(name, section);
      block = "";
      continue;
    }
    const at = line.indexOf("=");
    if (at < 0 || !section) continue;
    const key = line.slice(0, at).trim().toLowerCase();
    const value = line
      .slice(at + 1)
      .replace(/\s[#;].*$/, "")
      .trim();
    const isInside = /^\s/.test(line) && block !== "";
    if (!isInside) block = value === "" ? `${key}.` : "";
    section.set(isInside ? block + key : key, value);
  }
  return sections;
}
