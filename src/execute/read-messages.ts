import type { ErrorJSON } from "../errors.js";
import type { Box } from "../schema/box.js";

export interface ReadStart {
  readonly url: string;
  readonly version: string;
}

export interface BoxRequest {
  readonly index: number;
  /** Its path. */
  readonly variable: string;
  readonly box: Box;
  readonly target: SharedArrayBuffer;
  /** Where in the target the box's values go. */
  readonly offset: number;
}

export interface BoxRead {
  readonly index: number;
  readonly error?: ErrorJSON;
}
