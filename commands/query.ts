import { string as stringArgument } from "@oclif/core/args";
import { integer as integerFlag, option as optionFlag } from "@oclif/core/flags";
import { BaseCommand } from "../src/cli/base-command.js";
import type { QueryDocument } from "../src/cli/query/query-document.js";
import { remoteFlags, useRemoteFlags } from "../src/cli/remote-flags.js";

export default class Query extends BaseCommand {
  static override readonly summary = "Rows of Parquet that a SQL query asks for";
  static override readonly description = [
    "SELECT columns, expressions, or count, sum, avg, min, max of all rows, FROM a file, a folder, a glob or a URL of Parquet, WHERE, ORDER BY, LIMIT and OFFSET. Folders named key=value are columns. What the predicate rules out by folders, statistics, Bloom filters and page indexes is not fetched: `explain --analyze` tells.",
    "Joins, GROUP BY, windows and queries within queries are DuckDB's work, which reads the same files. NaN counts as null.",
  ].join("\n\n");
  static override readonly examples = [
    "<%= config.bin %> query \"SELECT time, air FROM 'out' WHERE lat > 60 ORDER BY air DESC LIMIT 10\"",
    "<%= config.bin %> query \"SELECT count(*), avg(air) FROM 's3://bucket/out' WHERE year = 2001\"",
    "<%= config.bin %> query \"SELECT * FROM 'out/*.parquet'\" --format csv > out.csv",
  ];
  static override readonly args = {
    sql: stringArgument({ required: true, description: "SELECT … FROM '…' [WHERE …] [ORDER BY …] [LIMIT n]" }),
  };
  static override readonly flags = {
    format: optionFlag({
      options: ["table", "csv", "json", "arrow"] as const,
      default: "table" as const,
      description: "how to write the rows; a table shows the first 100, arrow is an IPC stream",
    })(),
    jobs: integerFlag({ min: 1, helpValue: "N", description: "threads that decode (default: one per core)" }),
    ...remoteFlags,
  };

  async run(): Promise<QueryDocument | undefined> {
    const { args, flags } = await this.parse(Query);
    useRemoteFlags(flags);
    const { interruption } = await import("../src/cli/interruption.js");
    const { prepareQuery } = await import("../src/cli/query/prepare.js");
    const query = await prepareQuery(args.sql, { signal: interruption(), jobs: flags.jobs });
    try {
      if (this.jsonEnabled()) {
        const { queryDocument } = await import("../src/cli/query/query-document.js");
        return await queryDocument(query);
      }
      const { streamOutput } = await import("../src/cli/cat/output.js");
      const { SHOWN, writeRows } = await import("../src/cli/query/write-rows.js");
      const { more } = await writeRows(query, flags.format, streamOutput(process.stdout), process.stdout.columns);
      if (more) process.stderr.write(`The first ${SHOWN} rows; --format csv writes all, LIMIT chooses.\n`);
      return undefined;
    } finally {
      await query.close();
    }
  }
}
