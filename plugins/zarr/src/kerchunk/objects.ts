import { isAbsolute, join } from "node:path";
import type { ReadContext } from "graticule/plugin";
import { isTagged, ZarrError } from "../error.js";
import { MISSING, type Objects, type Place } from "../objects.js";
import { bytesOf } from "../shard.js";
import type { ReferenceTable } from "./reference.js";

/** Of one part of a path, on the usual file systems. */
const LONGEST_NAME = 255;

const SCHEME = /^[a-z][a-z0-9+.-]*:\/\//i;

function isRemote(url: string): boolean {
  return SCHEME.test(url) && !/^file:/i.test(url);
}

/** Paths from a root (also those of Windows), and file URLs in every spelling. */
function isLocal(url: string): boolean {
  return /^(?:file:|[a-z]:[\\/]|[\\/])/i.test(url) || isAbsolute(url);
}

/** References into other files as a store. */
export class ReferenceObjects implements Objects {
  readonly container = "kerchunk";
  readonly #targets = new Map<string, Promise<string>>();

  /** @param folder where the references lie, be they a file or a folder: relative targets are relative to it */
  constructor(
    readonly url: string,
    private readonly folder: string,
    private readonly table: ReferenceTable,
    private readonly context: ReadContext,
  ) {}

  async get(key: string): Promise<Uint8Array | null> {
    return bytesOf(await this.#placeOf(key), this, this.context);
  }

  async metadataKeys(): Promise<readonly string[]> {
    return this.table.metadataKeys;
  }

  places(keys: readonly string[]): Promise<readonly Place[]> {
    return Promise.all(keys.map((key) => this.#placeOf(key)));
  }

  async #placeOf(key: string): Promise<Place> {
    const found = await this.table.find(key);
    if (!found) return MISSING;
    if (found.kind === "bytes") return found;
    const url = await this.#target(found.url);
    const { offset, length } = found;
    return offset === undefined || length === undefined ? { kind: "object", url } : { kind: "range", url, offset, length };
  }

  #target(url: string): Promise<string> {
    let target = this.#targets.get(url);
    if (!target) {
      target = this.#resolve(url);
      this.#targets.set(url, target);
    }
    return target;
  }

  /**
   * Relative to the references; where no such file is there, to the working directory, as kerchunk itself has it. Those that came
   * over the wire name what is on the wire, and what lies beside them: whoever wrote them has no say over this machine's files.
   *
   * @throws `permission` for a local file that remote references name, `malformed` for a name that no file can have
   */
  async #resolve(url: string): Promise<string> {
    if (isRemote(this.folder) && isLocal(url))
      throw new ZarrError("permission", `remote references name a local file, which is not opened: ${url.slice(0, 200)}`, {
        file: this.url,
        hint: "fetch the references and look what they name; a local copy of them may name local files",
      });
    if (url === "") throw new ZarrError("malformed", "a reference names no target", { file: this.url });
    if (SCHEME.test(url)) return url;
    if (SCHEME.test(this.folder) && !isAbsolute(url)) return `${this.folder}/${url}`;
    if (url.includes("\0") || url.split("/").some((part) => part.length > LONGEST_NAME))
      throw new ZarrError("malformed", `a target has a name that no file can have: ${url.slice(0, 40)}`, { file: this.url });
    const beside = isAbsolute(url) ? url : join(this.folder, url);
    for (const candidate of [beside, url]) if (await this.#isThere(candidate)) return candidate;
    return beside;
  }

  async #isThere(url: string): Promise<boolean> {
    try {
      await this.context.openSource(url);
      return true;
    } catch (error) {
      if (isTagged(error, "usage"))
        throw new ZarrError("malformed", `a target is a folder: ${url.slice(0, 200)}`, { file: this.url, cause: error });
      if (isTagged(error)) return false;
      throw error;
    }
  }
}
