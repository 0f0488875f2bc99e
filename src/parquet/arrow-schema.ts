import { arrowSchemaOf } from "../arrow/arrow-types.js";
import type { Field } from "../schema/field.js";

/**
 * The `ARROW:schema` entry of a footer: an Arrow IPC schema message in base64, by which Arrow's readers restore field
 * metadata. Loads apache-arrow; made once per table, when a run is planned.
 */
export async function arrowSchemaText(fields: readonly Field[], metadata: Readonly<Record<string, string>>): Promise<string> {
  const arrow = await import("apache-arrow");
  const stream = arrow.tableToIPC(new arrow.Table(arrowSchemaOf(arrow, { fields, metadata })), "stream");
  return Buffer.from(schemaMessage(stream)).toString("base64");
}

/** The first message of a stream: continuation marker, length, flatbuffer. What follows is the stream's end. */
function schemaMessage(stream: Uint8Array): Uint8Array {
  const length = Buffer.from(stream.buffer, stream.byteOffset, stream.byteLength).readInt32LE(4);
  return stream.subarray(0, 8 + length);
}
