import { GraticuleError } from "../errors.js";

/** What reading from something that was closed ends with, also where it had begun before. */
export function wasClosed(file: string): GraticuleError {
  return new GraticuleError("usage", "the dataset was closed", { file, hint: "read before close(), or open it again" });
}
