import { withoutSecrets } from "../../errors.js";
import { dataWithoutSecrets } from "../../store/without-secrets.js";
import type { Snapshot } from "../commit/snapshot.js";

/** Where a dataset comes from, as data: for audits and for those who make it again. */
export function provenance({ number, runId, tables, parts, history = [], sources = [] }: Snapshot): object {
  return {
    version: 1,
    snapshot: number,
    run: runId,
    runs: dataWithoutSecrets(history),
    sources: sources.map(({ url, size, version, format }) => ({ url: withoutSecrets(url), bytes: size, version, format })),
    tables: tables.map(({ name, path, metadata = {} }) => {
      const own = parts.filter((part) => part.table === name);
      const rows = own.reduce((n, part) => n + part.rows, 0);
      return {
        name,
        path,
        rows,
        attributes: metadata,
        parts: own.map((part) => ({
          path: part.path,
          rows: part.rows,
          bytes: part.bytes,
          sha256: part.sha256,
          sources: part.sources.map(withoutSecrets),
        })),
      };
    }),
  };
}
