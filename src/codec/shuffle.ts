import { GraticuleError } from "../errors.js";
import type { Codec } from "./contract.js";
import { prepareKernels } from "./kernels.js";
import { labelOf } from "./label.js";
import { unshuffle, unshuffleInPlace } from "./unshuffle.js";

/** HDF5 filter 2 and Zarr's `shuffle`; `elementSize` (numcodecs: `elementsize`) is the size of an element in bytes. */
export const shuffle: Codec = {
  id: "shuffle",
  label: labelOf,
  prepare: prepareKernels,
  decode(bytes, { parameters }, context) {
    const size = parameters.elementSize ?? parameters.elementsize;
    if (typeof size !== "number" || !Number.isInteger(size) || size < 1)
      throw new GraticuleError("malformed", `shuffle of elements of ${String(size)} bytes`);
    return unshuffleInPlace(bytes, size, context) ?? unshuffle(bytes, size, context.overwrite);
  },
};
