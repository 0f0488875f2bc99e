import type { ErrorJSON } from "../errors.js";
import type { ScanPiece } from "../scan/scan-piece.js";
import type { RowBatch } from "../schema/row-batch.js";

export interface ScanOrder {
  readonly index: number;
  readonly piece: ScanPiece;
}

/** What reading took. */
export interface ScanCost {
  readonly requests: number;
  readonly bytes: number;
  readonly pages: number;
}

export interface ScanAnswer {
  readonly index: number;
  readonly batches?: readonly RowBatch[];
  readonly cost?: ScanCost;
  readonly error?: ErrorJSON;
}
