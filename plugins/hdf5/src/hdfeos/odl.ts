/** A group or object of ODL, NASA's object description language, with what stands in it. */
export interface OdlBlock {
  readonly name: string;
  /** Quotes taken off; a list has an entry for each element. */
  readonly values: ReadonlyMap<string, readonly string[]>;
  readonly blocks: readonly OdlBlock[];
}

const DEEPEST = 32;
const STATEMENT = /^\s*([\w.]+)\s*=\s*(.*)$/;

/** What HDF-EOS writes of ODL: nested groups and objects, and assignments of text, numbers and lists of them. */
export function parseOdl(text: string): OdlBlock {
  const root = { name: "", values: new Map<string, readonly string[]>(), blocks: [] as OdlBlock[] };
  const open = [root];
  for (const statement of statements(text)) {
    const [, key = "", value = ""] = STATEMENT.exec(statement) ?? [];
    const inner = open.at(-1) ?? root;
    if (key === "GROUP" || key === "OBJECT") {
      if (open.length > DEEPEST) return root;
      const block = { name: value.trim(), values: new Map<string, readonly string[]>(), blocks: [] as OdlBlock[] };
      inner.blocks.push(block);
      open.push(block);
    } else if (key === "END_GROUP" || key === "END_OBJECT") {
      if (open.length > 1) open.pop();
    } else if (key !== "") inner.values.set(key, listOf(value));
  }
  return root;
}

/** One a line, but for lists, which go on until their parenthesis closes. */
function* statements(text: string): Iterable<string> {
  let pending = "";
  for (const line of text.split(/\r?\n/)) {
    if (pending !== "" && STATEMENT.test(line)) {
      yield pending;
      pending = "";
    }
    pending = `${pending} ${line.trim()}`.trim();
    const bare = pending.replace(/"[^"]*"/g, "");
    if (bare.split("(").length > bare.split(")").length) continue;
    yield pending;
    pending = "";
  }
  if (pending !== "") yield pending;
}

function listOf(value: string): string[] {
  const inside = /^\((.*)\)$/.exec(value.trim())?.[1] ?? value;
  return [...inside.matchAll(/"([^"]*)"|([^\s,"][^,"]*)/g)].map(([, quoted, plain]) => quoted ?? (plain as string).trim());
}
