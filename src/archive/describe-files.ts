import { asGraticuleError, type ErrorTag, GraticuleError } from "../errors.js";
import { closeNames } from "./column-names.js";
import { describeFile } from "./describe-file.js";
import type { FileDescription } from "./description.js";
import { internPool } from "./intern.js";
import { type MemberOptions, mapBounded, withMember } from "./open-member.js";

/** Files being described at once: enough to hide the waits of decoding, few handles. */
const OPEN_FILES = 4;

/** What makes a file damaged, whatever is asked of it. */
const DAMAGE: ReadonlySet<ErrorTag> = new Set(["malformed", "truncated", "checksum", "unknown-format"]);
/** Damaged files that a message names. */
const NAMED = 10;

export interface DescribedFiles {
  readonly files: readonly FileDescription[];
  /** Warnings of files that were left out. */
  readonly skipped: readonly string[];
}

/**
 * Every file of the archive, each opened once.
 * @throws what opening throws: of damaged files one error that names them all; `usage` for variables that no file has
 */
export async function describeFiles(
  urls: readonly string[],
  options: { readonly vars?: readonly string[]; readonly skipDamaged?: boolean },
  members: MemberOptions,
): Promise<DescribedFiles> {
  const wanted = options.vars && new Set(options.vars.map((name) => name.replace(/^\/(?=[^/]*$)/, "")));
  const named = new Set<string>();
  const offered = new Set<string>();
  const wants = (names: readonly string[]): "by name" | "as all" | "no" => {
    if (!wanted) return "as all";
    offered.add(names[0] as string);
    const spellings = names.flatMap((name) => [name, name.replace(/^\//, "")]).filter((spelled) => wanted.has(spelled));
    for (const spelling of spellings) named.add(spelling);
    return spellings.length === 0 ? "no" : "by name";
  };
  const intern = internPool();
  const damaged: GraticuleError[] = [];
  const found = await mapBounded(urls, OPEN_FILES, (url) =>
    withMember(url, members, async (dataset, context) => {
      members.context.signal?.throwIfAborted();
      return intern(await describeFile(dataset, url, context, wants));
    }).catch((error) => {
      const own = asGraticuleError(error, { file: url });
      if (urls.length === 1 || !DAMAGE.has(own.tag)) throw own;
      damaged.push(own);
      return null;
    }),
  );
  const files = found.filter((file) => file !== null);
  if (damaged.length > 0 && (!options.skipDamaged || files.length === 0))
    throw damageOf(damaged, urls, options.skipDamaged ?? false);
  const unknown = [...(wanted ?? [])].find((name) => !named.has(name));
  if (unknown !== undefined) throw unknownVariable(unknown, offered);
  return { files, skipped: damaged.map((error) => `${error.file} is left out: ${error.message}`) };
}

/** One error for all damaged files, in the order of the files. */
function damageOf(damaged: readonly GraticuleError[], urls: readonly string[], isSkipping: boolean): GraticuleError {
  const ordered = [...damaged].sort((a, b) => urls.indexOf(a.file ?? "") - urls.indexOf(b.file ?? ""));
  const told = "`graticule inspect` tells what is left of one";
  const hint = isSkipping
    ? `--skip-damaged leaves nothing: all files are damaged; ${told}`
    : `--skip-damaged leaves them out; ${told}`;
  const [first, ...others] = ordered as [GraticuleError, ...GraticuleError[]];
  if (others.length === 0) return first.at({ hint: hint.replace("them", "it") });
  const list = ordered.slice(0, NAMED).map((error) => `${error.file}: ${error.message}`);
  const rest = ordered.length > NAMED ? `; and ${ordered.length - NAMED} more` : "";
  return new GraticuleError(first.tag, `${ordered.length} of ${urls.length} files are damaged: ${list.join("; ")}${rest}`, {
    ...(first.file !== undefined && { file: first.file }),
    hint,
    cause: first,
  });
}

function unknownVariable(name: string, offered: ReadonlySet<string>): GraticuleError {
  const close = closeNames(name, offered);
  const all = [...offered].slice(0, 20).join(", ");
  return new GraticuleError("usage", `no file has a variable "${name}"`, {
    hint: close.length > 0 ? `did you mean ${close.join(" or ")}?` : `there are: ${all}`,
  });
}
