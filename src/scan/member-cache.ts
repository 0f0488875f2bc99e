import type { Member } from "../archive/model.js";
import { tableDataset } from "../archive/table-dataset.js";
import { interpretDataset } from "../convention/interpret.js";
import type { DatasetMeaning } from "../convention/meaning.js";
import { asGraticuleError, GraticuleError } from "../errors.js";
import type { Dataset, ReadContext, ReadCounters } from "../format/contract.js";
import { openDataset } from "../format/open-dataset.js";
import { type OwnedReadContext, type ReadContextOptions, readContext } from "../format/read-context.js";
import { type FormatRegistry, formatRegistry } from "../format/registry.js";

/** A file of the archive, open. Give it back with `release`. */
export interface OpenMember {
  readonly dataset: Dataset;
  readonly meaning: DatasetMeaning;
  readonly context: ReadContext;
  release(): void;
}

/** What reading a task needs. */
export interface ScanResources {
  /** @param index position in the members of the plan @throws `changed` where it is not the file that was planned */
  member(index: number): Promise<OpenMember>;
  readonly signal?: AbortSignal | undefined;
}

export interface MemberCacheOptions extends Pick<ReadContextOptions, "store" | "codecs" | "signal" | "parallel"> {
  /** Files kept open; default 32. More are open while more are in use. */
  readonly limit?: number;
  readonly registry?: FormatRegistry;
}

interface Entry {
  readonly opened: Promise<{ dataset: Dataset; meaning: DatasetMeaning; context: OwnedReadContext }>;
  users: number;
}

/** Keeps the files that were used last open, and counts what all of them read. */
export class MemberCache implements ScanResources {
  readonly #entries = new Map<number, Entry>();
  readonly #registry: FormatRegistry;
  readonly #closed: ReadCounters = { requests: 0, bytes: 0, chunks: 0 };
  readonly #contexts = new Set<OwnedReadContext>();
  /** Files opened so far. */
  opened = 0;

  constructor(
    readonly members: readonly Member[],
    readonly options: MemberCacheOptions = {},
  ) {
    this.#registry = options.registry ?? formatRegistry();
  }

  get signal(): AbortSignal | undefined {
    return this.options.signal;
  }

  /** Requests, bytes and chunks of all files, also of those closed again. */
  get counters(): Required<ReadCounters> {
    const all = [this.#closed, ...[...this.#contexts].map((context) => context.counters)];
    const sum = (key: keyof ReadCounters): number => all.reduce((n, counters) => n + (counters[key] ?? 0), 0);
    return {
      requests: sum("requests"),
      bytes: sum("bytes"),
      chunks: sum("chunks"),
      chunkRequests: sum("chunkRequests"),
      chunkBytes: sum("chunkBytes"),
    };
  }

  async member(index: number): Promise<OpenMember> {
    const entry = this.#entries.get(index) ?? { opened: this.#open(index), users: 0 };
    // Deleted and set again, so that the map is in the order of last use.
    this.#entries.delete(index);
    this.#entries.set(index, entry);
    entry.users++;
    try {
      const { dataset, meaning, context } = await entry.opened;
      await this.#evict();
      let isHeld = true;
      const release = (): void => {
        if (isHeld) entry.users--;
        isHeld = false;
      };
      return { dataset, meaning, context, release };
    } catch (error) {
      entry.users--;
      this.#entries.delete(index);
      throw error;
    }
  }

  /** What was read of the files that are open comes from the versions that were planned. @throws `changed` */
  async verify(): Promise<void> {
    for (const entry of this.#entries.values()) await (await entry.opened).context.verify();
  }

  async close(): Promise<void> {
    const entries = [...this.#entries.values()];
    this.#entries.clear();
    for (const entry of entries) await this.#close(entry);
  }

  async #open(index: number) {
    const member = this.members[index];
    if (!member) throw new GraticuleError("internal", `the plan has no member ${index}`);
    const { store, codecs, signal, parallel } = this.options;
    const context = readContext({
      ...(store && { store }),
      ...(codecs && { codecs }),
      signal,
      ...(parallel !== undefined && { parallel }),
    });
    this.#contexts.add(context);
    this.opened++;
    try {
      const dataset = tableDataset(await openDataset(member.url, { context, registry: this.#registry, ...(store && { store }) }));
      const { size, version } = dataset.source;
      if (size !== member.size || version !== member.version)
        throw new GraticuleError(
          "changed",
          `the file was planned with ${member.size} bytes (version ${member.version}), and has ${size} (${version})`,
          {
            file: member.url,
            hint: "put back what was there, or begin again: the same command with --overwrite",
          },
        );
      return { dataset, meaning: interpretDataset(dataset), context };
    } catch (error) {
      await this.#retire(context);
      throw asGraticuleError(error, { file: member.url });
    }
  }

  async #evict(): Promise<void> {
    let surplus = this.#entries.size - (this.options.limit ?? 32);
    for (const [index, entry] of this.#entries) {
      if (surplus <= 0) return;
      if (entry.users > 0) continue;
      this.#entries.delete(index);
      surplus--;
      await (await entry.opened).context.verify();
      await this.#close(entry);
    }
  }

  async #close(entry: Entry): Promise<void> {
    const [opened] = await Promise.allSettled([entry.opened]);
    if (opened.status === "rejected") return;
    await opened.value.dataset.close();
    await this.#retire(opened.value.context);
  }

  async #retire(context: OwnedReadContext): Promise<void> {
    await context.close();
    this.#contexts.delete(context);
    for (const key of ["requests", "bytes", "chunks", "chunkRequests", "chunkBytes"] as const)
      this.#closed[key] = (this.#closed[key] ?? 0) + (context.counters[key] ?? 0);
  }
}
