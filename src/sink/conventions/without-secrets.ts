/** Parameters of signed addresses, by parts of their names: those of AWS, Google, Azure and others. */
const SECRET = /sig|token|key|cred|secret|passw|auth|expires|policy/i;

/** An address without what would let others in: name and password, and parameters of signatures. Anything else as it is. */
export function withoutSecrets(address: string): string {
  if (!/^[a-z][a-z0-9+.-]*:\/\//i.test(address) || !/[?@]/.test(address)) return address;
  const [head = "", query] = cutAt(address, "?");
  const open = head.replace(/^([a-z][a-z0-9+.-]*:\/\/)[^/@]*@/i, "$1");
  const kept = (query ?? "").split("&").filter((pair) => pair !== "" && !SECRET.test(cutAt(pair, "=")[0] ?? ""));
  return kept.length > 0 ? `${open}?${kept.join("&")}` : open;
}

/** The same for every text of a value that is data. */
export function dataWithoutSecrets(value: unknown): unknown {
  if (typeof value === "string") return withoutSecrets(value);
  if (Array.isArray(value)) return value.map(dataWithoutSecrets);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, own]) => [key, dataWithoutSecrets(own)]));
}

function cutAt(text: string, mark: string): [string, string?] {
  const at = text.indexOf(mark);
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + 1)];
}
