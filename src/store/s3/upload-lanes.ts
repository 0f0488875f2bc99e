/** Work that is begun a few at a time. */
export interface Lanes {
  run<T>(work: () => Promise<T>): Promise<T>;
}

function lanesOf(count: number): Lanes {
  const waiting: (() => void)[] = [];
  let free = count;
  return {
    async run(work) {
      if (free > 0) free--;
      else await new Promise<void>((resolve) => waiting.push(resolve));
      try {
        return await work();
      } finally {
        const next = waiting.shift();
        if (next) next();
        else free++;
      }
    },
  };
}

/** Of all uploads of this thread together. */
export const uploadLanes = lanesOf(4);
