import { AecBits } from "./aec-bits.js";

/** A stream of the adaptive entropy coder of CCSDS 121.0-B. */
export interface AecForm {
  /** 1 to 24. */
  readonly bitsPerSample: number;
  readonly blockSize: number;
  /** Blocks between reference samples. */
  readonly interval: number;
  /** Samples are mapped differences from the one before; every interval begins with a reference. */
  readonly isPredicted: boolean;
}

type Samples = Uint8Array | Uint16Array | Uint32Array;

/** A run of zero blocks of this length goes to the end of the segment (section 3.5.3). */
const REST_OF_SEGMENT = 5;
const SEGMENT = 64;
/** The largest sum of a pair that the second extension codes: 12 + 13 · 12 / 2 (libaec). */
const MAX_PAIR = 90;

const PAIR_SUM = new Uint8Array(MAX_PAIR + 1);
const PAIR_BASE = new Uint8Array(MAX_PAIR + 1);
for (let sum = 0, code = 0; code <= MAX_PAIR; sum++)
  for (let second = 0; second <= sum && code <= MAX_PAIR; second++, code++) {
    PAIR_SUM[code] = sum;
    PAIR_BASE[code] = code - second;
  }

/** Decodes interval after interval; stops at the end of the input. */
export class AecDecoder {
  readonly #bits: AecBits;
  readonly #form: AecForm;
  readonly #idBits: number;
  readonly #fail: (what: string) => Error;

  constructor(bytes: Uint8Array, form: AecForm, fail: (what: string) => Error) {
    this.#bits = new AecBits(bytes);
    this.#form = form;
    this.#idBits = form.bitsPerSample > 16 ? 5 : form.bitsPerSample > 8 ? 4 : 3;
    this.#fail = fail;
  }

  /** One interval, or as much of it as `samples` has room for. @param samples room for a whole interval; only `count` are needed */
  decodeInterval(samples: Samples, count: number): void {
    const { blockSize, interval, isPredicted, bitsPerSample } = this.#form;
    const blocks = Math.min(interval, Math.ceil(count / blockSize));
    for (let block = 0; block < blocks; ) {
      if (this.#bits.isPastEnd) throw this.#fail("the input ends too early");
      block += this.#decodeBlock(samples, block);
    }
    if (this.#bits.isPastEnd) throw this.#fail("the input ends too early");
    if (isPredicted) undoPrediction(samples, Math.min(samples.length, blocks * blockSize), bitsPerSample);
  }

  /** @returns the number of blocks */
  #decodeBlock(samples: Samples, block: number): number {
    const bits = this.#bits;
    const { blockSize, isPredicted, bitsPerSample } = this.#form;
    const id = bits.take(this.#idBits);
    const start = block * blockSize;
    const end = start + blockSize;
    const last = (1 << this.#idBits) - 1;
    if (id === last) {
      bits.takeAll(samples, start, end, bitsPerSample);
      return 1;
    }
    const isExtension = id === 0 && bits.take(1) === 1;
    let first = start;
    if (isPredicted && block === 0) samples[first++] = bits.take(bitsPerSample);
    if (id > 0) {
      bits.takeSplit(samples, first, end, id - 1);
      return 1;
    }
    if (isExtension) {
      this.#decodePairs(samples, first, start, end);
      return 1;
    }
    const count = this.#zeroBlocks(block);
    samples.fill(0, first, start + count * blockSize);
    return count;
  }

  /** Pairs of samples as one number; of the pair with the reference only the second counts. */
  #decodePairs(samples: Samples, first: number, start: number, end: number): void {
    let i = first;
    while (i < end) {
      const code = this.#bits.unary();
      if (code > MAX_PAIR) throw this.#fail(`a pair of samples with code ${code}`);
      const second = code - (PAIR_BASE[code] as number);
      if ((i - start) % 2 === 0) samples[i++] = (PAIR_SUM[code] as number) - second;
      if (i < end) samples[i++] = second;
    }
  }

  #zeroBlocks(block: number): number {
    const left = this.#form.interval - block;
    const run = this.#bits.unary() + 1;
    const count = run === REST_OF_SEGMENT ? Math.min(left, SEGMENT - (block % SEGMENT)) : run > REST_OF_SEGMENT ? run - 1 : run;
    if (count > left) throw this.#fail(`${count} blocks of zeros where ${left} are left`);
    return count;
  }
}

/** The inverse of the unit-delay predictor and the mapper (sections 4.3 and 4.4), on unsigned samples. */
function undoPrediction(samples: Samples, count: number, bitsPerSample: number): void {
  const max = 2 ** bitsPerSample - 1;
  const middle = 2 ** (bitsPerSample - 1);
  let value = samples[0] as number;
  for (let i = 1; i < count; i++) {
    const mapped = samples[i] as number;
    const mask = value >= middle ? max : 0;
    const half = (mapped >>> 1) + (mapped & 1);
    if (half <= (mask ^ value)) value += mapped & 1 ? -half : half;
    else value = mask ^ mapped;
    samples[i] = value;
  }
}
