import type { Schema as ArrowSchema, RecordBatch } from "apache-arrow";
import type { Arrow } from "../../arrow/arrow-types.js";

/** Batches in, pieces of an Arrow IPC stream out: a slow reader holds back the writing. */
export interface ArrowStreamWriter {
  /** The stream's bytes for the batch, before the first also those of the schema. */
  add(batch: RecordBatch): readonly Uint8Array[];
  /** What ends the stream; of one without batches, its schema too. */
  finish(): readonly Uint8Array[];
}

export function arrowStreamWriter(arrow: Arrow, schema: ArrowSchema): ArrowStreamWriter {
  let pieces: Uint8Array[] = [];
  class PiecesWriter extends arrow.RecordBatchStreamWriter {
    protected override _write(chunk: ArrayBufferView): this {
      if (!this._started || chunk.byteLength === 0) return this;
      pieces.push(new Uint8Array(chunk.buffer, chunk.byteOffset, chunk.byteLength));
      this._position += chunk.byteLength;
      return this;
    }
  }
  const writer = new PiecesWriter();
  const take = (): Uint8Array[] => {
    const own = pieces;
    pieces = [];
    return own;
  };
  let isBegun = false;
  return {
    add(batch) {
      isBegun = true;
      writer.write(batch);
      return take();
    },
    finish() {
      if (!isBegun) writer.reset(undefined, schema);
      writer.close();
      return take();
    },
  };
}
