import { parseSize } from "../../dataframe/convert-request.js";
import { shareMemory } from "../../dataframe/share-memory.js";
import { sinkOf } from "../../dataframe/sink-of.js";
import { writingOf } from "../convert-flags.js";
import { namesIn } from "../subset-flags.js";
import type { ExplainRequest } from "./explain-inputs.js";

/** The flags of `explain` as they arrive. */
export interface ExplainFlags {
  readonly vars?: string | undefined;
  readonly bbox?: string | undefined;
  readonly time?: string | undefined;
  readonly where?: string | undefined;
  readonly table?: string | undefined;
  readonly order: string;
  readonly "sort-by"?: string | undefined;
  readonly "partition-by"?: string | undefined;
  readonly jobs?: number | undefined;
  readonly memory: string;
  readonly verbose: boolean;
  readonly compression: string;
  readonly "row-group-size"?: string | undefined;
  readonly encoding?: readonly string[] | undefined;
  readonly "page-version"?: string | undefined;
  readonly bloom?: readonly string[] | undefined;
}

/** Workers and memory are shared out as for a run of the same flags. @throws `usage` */
export function explainRequestOf(flags: ExplainFlags, warn: (text: string) => void): ExplainRequest {
  const { vars, bbox, time, where, table, jobs } = flags;
  const run = { memory: parseSize(flags.memory), ...(jobs !== undefined && { jobs }), ...(where !== undefined && { where }) };
  const { workers, data } = shareMemory(run, warn);
  return {
    ...(vars !== undefined && { vars: namesIn(vars) }),
    ...(bbox !== undefined && { bbox }),
    ...(time !== undefined && { time }),
    ...(where !== undefined && { where }),
    ...(table !== undefined && { table }),
    order: flags.order as "storage" | "array",
    ...(flags["partition-by"] !== undefined && { partitionBy: flags["partition-by"] }),
    ...(flags["sort-by"] !== undefined && { sortBy: flags["sort-by"] }),
    jobs: workers,
    memory: data,
    verbose: flags.verbose,
    sink: sinkOf(writingOf(flags), "<dest>", "create"),
  };
}
