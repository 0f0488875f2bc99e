/** The text of the first element of a name in an answer of S3, which has no attributes. */
export function elementOf(xml: string, name: string): string | undefined {
  const text = new RegExp(`<${name}>([^<]*)</${name}>`).exec(xml)?.[1];
  return text?.replace(/&(#x[0-9a-f]+|#\d+|quot|apos|amp|lt|gt);/gi, (_, entity: string) => letterOf(entity.toLowerCase()));
}

function letterOf(entity: string): string {
  if (entity.startsWith("#x")) return String.fromCodePoint(Number.parseInt(entity.slice(2), 16));
  if (entity.startsWith("#")) return String.fromCodePoint(Number(entity.slice(1)));
  return { quot: '"', apos: "'", amp: "&", lt: "<" }[entity] ?? ">";
}
