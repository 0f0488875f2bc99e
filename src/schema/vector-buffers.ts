import type { Vector } from "./row-batch.js";

/** The memory of a vector, for handing it to another thread; each may stand there several times. */
export function buffersOf(vector: Vector): ArrayBuffer[] {
  const own = arraysOf(vector).map((array) => array.buffer as ArrayBuffer);
  return vector.validity ? [...own, vector.validity.bits.buffer as ArrayBuffer] : own;
}

function arraysOf(vector: Vector): ArrayBufferView[] {
  switch (vector.kind) {
    case "numbers":
      return [vector.values];
    case "dictionary":
      return [vector.codes, vector.dictionary.offsets, vector.dictionary.bytes];
    case "texts":
      return [vector.offsets, vector.bytes];
    case "fixed":
      return [vector.bytes];
    case "struct":
      return vector.children.flatMap(viewsOf);
    case "list":
      return [vector.offsets, ...viewsOf(vector.child)];
  }
}

function viewsOf(vector: Vector): ArrayBufferView[] {
  return [...arraysOf(vector), ...(vector.validity ? [vector.validity.bits] : [])];
}
