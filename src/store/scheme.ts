/** The scheme of a URL in small letters; null for a plain path. One letter is a drive of Windows. */
export function schemeOf(url: string): string | null {
  return /^([a-z][a-z0-9+.-]+):\/\//i.exec(url)?.[1]?.toLowerCase() ?? null;
}

/** Whether a name leads out of this machine's files. */
export function isRemoteUrl(url: string): boolean {
  const scheme = schemeOf(url);
  return scheme !== null && scheme !== "file";
}
