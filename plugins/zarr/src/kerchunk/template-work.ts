import { ZarrError } from "../error.js";

/** Templates within templates. */
const MAX_DEPTH = 8;

/** Characters that one reference may grow to. */
export const LONGEST = 1 << 16;

/** Texts whose tokens are kept. */
const KEPT = 256;

/** Characters and tokens that are gone through for one reference. */
const FOR_ONE = 1 << 17;

/** What rendering may still do: templates that name others several times over grow without end. */
export class TemplateWork {
  #depth = 0;
  readonly #tokens = new Map<string, readonly string[]>();
  #left: number;

  /** @param limit characters and tokens gone through, and characters written */
  constructor(readonly limit: number = FOR_ONE) {
    this.#left = limit;
  }

  /** @throws `malformed` where it is too much */
  spend(amount: number): void {
    this.#left -= amount;
    if (this.#left >= 0) return;
    throw new ZarrError("malformed", `the templates take more than ${this.limit} steps to fill in`, {
      hint: "write the references without templates: kerchunk.utils.consolidate, or fsspec's ReferenceFileSystem",
    });
  }

  /** The tokens of a text, which are made once where it is filled in many times. */
  tokensOf(text: string, make: (text: string) => readonly string[]): readonly string[] {
    const known = this.#tokens.get(text);
    if (known) return known;
    const tokens = make(text);
    if (this.#tokens.size >= KEPT) this.#tokens.clear();
    this.#tokens.set(text, tokens);
    return tokens;
  }

  /** Text that was written, whole or in part. @throws `malformed` where it is too long */
  write(text: string): string {
    if (text.length > LONGEST)
      throw new ZarrError("malformed", `a template gives more than ${LONGEST} characters, which is no key and no address`);
    this.spend(text.length);
    return text;
  }

  /** @throws `malformed` where templates stand within templates too deeply, as those that name themselves do */
  within<T>(name: string, work: () => T): T {
    if (this.#depth >= MAX_DEPTH)
      throw new ZarrError("malformed", `the template ${name.slice(0, 40)} stands within ${MAX_DEPTH} others, or names itself`);
    this.#depth++;
    try {
      return work();
    } finally {
      this.#depth--;
    }
  }
}
