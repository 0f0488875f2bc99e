const SUGGESTIONS = 3;

/** The names that a mistyped one may have meant, nearest first; those that contain it count as near. */
export function nearNames(asked: string, names: readonly string[]): string[] {
  const key = asked.toLowerCase();
  const scored = names.map((name) => {
    const other = name.toLowerCase();
    const contained = key.length > 1 && (other.includes(key) || (other.length > 1 && key.includes(other)));
    return { name, distance: contained ? 0 : editDistance(key, other) };
  });
  return scored
    .filter(({ distance }) => distance <= Math.max(1, Math.floor(key.length / 3)))
    .sort((a, b) => a.distance - b.distance)
    .slice(0, SUGGESTIONS)
    .map(({ name }) => name);
}

/** A hint that names what is near, or else what there is. */
export function hintOfNames(asked: string, names: readonly string[]): string {
  const near = nearNames(asked, names);
  if (near.length > 0) return `do you mean ${near.join(" or ")}?`;
  const shown = names.slice(0, 12).join(", ");
  return names.length === 0 ? "there are none" : `there are ${shown}${names.length > 12 ? ", …" : ""}`;
}

/** Levenshtein's distance. */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const swap = (row[j - 1] as number) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(swap, (row[j] as number) + 1, (next[j - 1] as number) + 1));
    }
    row = next;
  }
  return row[b.length] as number;
}
