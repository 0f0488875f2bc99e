/** Rows of a column that varies over some neighbouring axes only: each of `length` values `inner` times, and all that `outer` times. */
export interface Repetition {
  readonly outer: number;
  readonly length: number;
  readonly inner: number;
}
