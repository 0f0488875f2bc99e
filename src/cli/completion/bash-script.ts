/** What the shell must know of a command. */
export interface CompletedCommand {
  /** Its words: `plugins install`. */
  readonly words: string;
  readonly flags: readonly CompletedFlag[];
}

export interface CompletedFlag {
  /** With its dashes. */
  readonly name: string;
  /** Whether a value follows. */
  readonly takesValue: boolean;
  /** Where only some values are taken. */
  readonly options?: readonly string[];
}

/**
 * The completion function of bash: commands, flags wherever they stand, and the values of flags that take only some. Everything
 * else is left to the shell, which completes names of files (`-o default`).
 */
export function bashScript(bin: string, commands: readonly CompletedCommand[]): string {
  const name = `_${bin.replaceAll(/\W/g, "_")}_autocomplete`;
  return `# Completion for ${bin}, written by \`${bin} autocomplete\`.
${name}() {
  local cur="\${COMP_WORDS[COMP_CWORD]}" before="\${COMP_WORDS[COMP_CWORD - 1]}" path="" below="" flags="" values="" i
  COMPREPLY=()
  if [[ "$cur" == "=" ]]; then cur=""; elif [[ "$before" == "=" ]]; then before="\${COMP_WORDS[COMP_CWORD - 2]}"; fi
  for ((i = 1; i <= COMP_CWORD; i++)); do
    case "$path" in
${arms("below", children(commands))}
    *) below="" ;;
    esac
    if ((i == COMP_CWORD)) || [[ " $below " != *" \${COMP_WORDS[i]} "* ]]; then break; fi
    path="\${path:+$path }\${COMP_WORDS[i]}"
  done
  case "$path" in
${arms(
  "flags",
  commands.map(({ words, flags }) => [words, [...new Set(flags.map((flag) => flag.name))]]),
)}
  esac
  case "$path $before" in
${arms("values", valuesOf(commands))}
  esac
  if [[ -n "$values" ]]; then
    [[ "$values" == "-" ]] || COMPREPLY=($(compgen -W "$values" -- "$cur"))
  elif [[ "$cur" == -* ]]; then
    COMPREPLY=($(compgen -W "$flags" -- "$cur"))
  elif ((i == COMP_CWORD)); then
    COMPREPLY=($(compgen -W "$below" -- "$cur"))
  fi
}

complete -o bashdefault -o default -F ${name} ${bin}
`;
}

/** Arms of a `case`: what is equal for several words stands once. */
function arms(variable: string, entries: readonly (readonly [string, readonly string[]])[]): string {
  const byChoices = new Map<string, string[]>();
  for (const [words, choices] of entries) {
    const text = choices.join(" ");
    byChoices.set(text, [...(byChoices.get(text) ?? []), `"${words}"`]);
  }
  return [...byChoices].map(([text, words]) => `    ${words.join(" | ")}) ${variable}="${text}" ;;`).join("\n");
}

/** The words that may follow, by those that stand before them. */
function children(commands: readonly CompletedCommand[]): [string, string[]][] {
  const below = new Map<string, Set<string>>();
  for (const { words } of commands) {
    const parts = words.split(" ");
    for (const [i, part] of parts.entries()) {
      const path = parts.slice(0, i).join(" ");
      below.set(path, (below.get(path) ?? new Set()).add(part));
    }
  }
  return [...below].map(([path, parts]) => [path, [...parts].sort()]);
}

/** `-` stands for any value: the shell's own completion. */
function valuesOf(commands: readonly CompletedCommand[]): [string, readonly string[]][] {
  return commands.flatMap(({ words, flags }) =>
    flags
      .filter((flag) => flag.takesValue)
      .map(({ name, options }): [string, readonly string[]] => [
        `${words} ${name}`,
        options && options.length > 0 ? options : ["-"],
      ]),
  );
}
