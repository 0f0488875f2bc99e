import { randomBytes } from "node:crypto";
import { readFileSync, readlinkSync } from "node:fs";
import { hostname } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";
import { GraticuleError } from "../../errors.js";
import type { Lock } from "./held-lock.js";
import type { DestinationLayout } from "./layout.js";
import { startOf } from "./process-start.js";

/** A claim whose object was not written again for so long is dead: by the store's clock, which all writers share. */
const LEASE = 60_000;
/** How often a living writer writes its claim. */
const BEAT = 15_000;
/** Of two that ask at the same moment one waits, this often and this long, for the other to step back. */
const ATTEMPTS = 20;
const PAUSE = 250;

interface Claim {
  readonly id: string;
  readonly host: string;
  readonly pid: number;
  readonly started: string;
  /** Where process ids mean the same: a boot of a machine, and a container of it. */
  readonly space: string;
  readonly since: string;
  readonly state: "asks" | "holds";
}

interface Found {
  readonly path: string;
  readonly claim: Claim;
  /** Milliseconds since it was last written. */
  readonly age: number;
}

/**
 * One writer per destination in S3, without conditional requests: a writer puts a claim of its own, then lists the claims, and
 * holds the lock once a listing shows no other that is alive. Objects and listings are strongly consistent, so of two writers at
 * least the later to put its claim sees the other; the one that holds never looks again. Where both still ask, the smaller name
 * goes on and the other steps back. A claim is dead where its process is known to be gone, or its lease has run out; a holder that
 * could not renew its claim in time knows that from its own clock, and stops.
 *
 * @throws `conflict` while another writer lives
 */
export async function acquireLease(layout: DestinationLayout): Promise<Lock & { release(): Promise<void> }> {
  const { store } = layout;
  const claim: Omit<Claim, "state"> = {
    id: `${Date.now().toString(36)}-${randomBytes(6).toString("hex")}`,
    host: hostname(),
    pid: process.pid,
    started: startOf(process.pid) ?? "",
    space: processSpace(),
    since: new Date().toISOString(),
  };
  const path = `${layout.lock}/${claim.id}.json`;
  const put = (state: Claim["state"]): Promise<void> => store.write(path, JSON.stringify({ ...claim, state } satisfies Claim));
  let written = performance.now();
  await put("asks");
  try {
    for (let attempt = 0; ; attempt++) {
      const others = (await claimsOf(layout, path)).filter((other) => !isDead(other));
      if (others.length === 0) break;
      const first = others.find(({ claim: other }) => other.state === "holds" || other.id < claim.id) ?? others[0];
      const goesOn = others.every(({ claim: other }) => other.state === "asks" && other.id > claim.id);
      if (!goesOn || attempt >= ATTEMPTS) throw taken(first as Found);
      await sleep(PAUSE);
    }
    written = performance.now();
    await put("holds");
  } catch (error) {
    await store.remove([path]);
    throw error;
  }
  await sweep(layout, path);
  return holdLease(layout, path, () => put("holds"), written);
}

/** Claims of the dead are nothing but litter. */
async function sweep(layout: DestinationLayout, own: string): Promise<void> {
  const dead = (await claimsOf(layout, own)).filter(isDead);
  await layout.store.remove(dead.map(({ path }) => path));
}

/** Writes the claim again and again until it is released. */
function holdLease(
  layout: DestinationLayout,
  path: string,
  put: () => Promise<void>,
  first: number,
): Lock & { release(): Promise<void> } {
  const { store, dest } = layout;
  const lost = new AbortController();
  let renewed = first;
  let failure: unknown;
  let beating: Promise<void> = Promise.resolve();
  const renew = async (): Promise<void> => {
    const begun = performance.now();
    // Whoever took it over has swept the claim away: it must not come back.
    if ((await store.stat(path)) === null) {
      lost.abort();
      return;
    }
    await put();
    // The lease may have run out before: then it is asked for anew, as at the beginning.
    if (begun - renewed > LEASE - BEAT && (await claimsOf(layout, path)).some((other) => !isDead(other))) {
      lost.abort();
      await store.remove([path]);
      return;
    }
    renewed = begun;
  };
  const beat = (): Promise<void> => {
    beating = beating.then(renew).catch((error: unknown) => {
      failure = error;
    });
    return beating;
  };
  const timer = setInterval(beat, BEAT);
  timer.unref();
  return {
    signal: lost.signal,
    async check() {
      if (!lost.signal.aborted && performance.now() - renewed > 2 * BEAT) await beat();
      if (!lost.signal.aborted && performance.now() - renewed <= LEASE - BEAT) return;
      throw new GraticuleError("conflict", "the lock was lost: this process was away for longer than its lease", {
        file: path,
        hint: `another writer may be at work; look, then \`graticule resume ${dest}\``,
        cause: failure,
      });
    },
    async release() {
      clearInterval(timer);
      await beating;
      await store.remove([path]);
    },
  };
}

async function claimsOf(layout: DestinationLayout, own: string): Promise<Found[]> {
  const { store, lock } = layout;
  const listed = await store.list(lock);
  // The store's clock, from the object that was written last or a moment ago.
  const now = Math.max(...listed.map(({ modified }) => modified));
  const found: Found[] = [];
  for (const { path: name, modified } of listed) {
    const path = `${lock}/${name}`;
    const text = path === own ? null : await store.read(path);
    if (text !== null) found.push({ path, claim: JSON.parse(text) as Claim, age: now - modified });
  }
  return found;
}

function isDead({ claim, age }: Found): boolean {
  if (claim.space !== "" && claim.space === processSpace()) return claim.started !== (startOf(claim.pid) ?? "");
  return age > LEASE;
}

function taken({ claim, path, age }: Found): GraticuleError {
  const left = Math.max(0, Math.ceil((LEASE - age) / 1000));
  return new GraticuleError("conflict", `another writer is at work: process ${claim.pid} on ${claim.host} since ${claim.since}`, {
    file: path,
    hint: `wait for it; if it has died, its lease runs out in ${left} s, and the next writer takes over`,
  });
}

/** Names the process ids of this machine since it was started, and of this container; "" where the system does not tell. */
function processSpace(): string {
  try {
    return `${readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim()} ${readlinkSync("/proc/self/ns/pid")}`;
  } catch (error) {
    if ((error as { code?: unknown }).code === undefined) throw error;
    return "";
  }
}
