import { checkRequest } from "../../dataframe/check-request.js";
import { columnNames, storedNames } from "../../dataframe/renamed-vars.js";
import { shareMemory } from "../../dataframe/share-memory.js";
import { sinkOf } from "../../dataframe/sink-of.js";
import { type ConvertFlags, convertRequestOf } from "../convert-flags.js";
import type { ExplainRequest } from "./explain-inputs.js";

/** The flags of `explain` as they arrive: those of `convert`, whose destination may be left out. */
export interface ExplainFlags extends Omit<ConvertFlags, "out"> {
  readonly out?: string | undefined;
  readonly verbose: boolean;
}

const NOWHERE = "<dest>";

/** Workers and memory are shared out as for a run of the same flags. @throws `usage` */
export function explainRequestOf(
  inputs: readonly string[],
  { verbose, ...flags }: ExplainFlags,
  warn: (text: string) => void,
): ExplainRequest {
  const request = checkRequest(convertRequestOf(inputs, { ...flags, out: flags.out ?? NOWHERE }));
  const { bbox, time, where, table, order = "storage", sortBy, partitionBy, partBytes } = request;
  const { rename, units, dtype, validRange, align, onDuplicateTime } = request;
  const [vars, stored] = [columnNames(request), storedNames(request)];
  const { workers, data } = shareMemory(request, warn);
  if (request.layout === "hats") warn("the plan is that of the rows before --layout hats orders them by their pixels");
  return {
    ...(vars && { vars }),
    ...(bbox !== undefined && { bbox }),
    ...(time !== undefined && { time }),
    ...(where !== undefined && { where }),
    order,
    ...(partitionBy !== undefined && { partitionBy }),
    ...(sortBy !== undefined && { sortBy }),
    ...(partBytes !== undefined && { partBytes }),
    tables: {
      ...(stored && where === undefined && { vars: stored }),
      ...(table !== undefined && { table }),
      ...(align !== undefined && { align }),
      ...(onDuplicateTime && { onDuplicateTime }),
      ...(request.skipDamaged && { skipDamaged: true }),
      ...(request.withSource && { withSource: true }),
      ...(request.withScalars && { withScalars: true }),
      ...(rename && { rename }),
      ...(units && { units }),
      ...(dtype && { dtype }),
      ...(validRange && { validRange }),
    },
    jobs: workers,
    memory: data,
    verbose,
    sink: sinkOf(request, NOWHERE, "create"),
  };
}
