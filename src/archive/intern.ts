import type { Coordinate, FileDescription, VariableDescription } from "./description.js";

/** Makes descriptions of many files share what is equal, so that ten thousand files of one model take little memory. */
export function internPool(): (file: FileDescription) => FileDescription {
  const variables = new Map<string, VariableDescription>();
  const coordinates = new Map<string, Coordinate>();
  const attributes = new Map<string, ReadonlyMap<string, string>>();
  const texts = new Map<string, string>();
  return (file) => ({
    ...file,
    variables: file.variables.map((variable) => shared(variables, JSON.stringify(variable), variable)),
    values: new Map(
      [...file.values].map(([path, values]) => [
        path,
        shared(coordinates, `${kindOf(values)} ${values.digest} ${bitsOf(values)}`, values),
      ]),
    ),
    attributes: shared(
      attributes,
      JSON.stringify([...file.attributes]),
      new Map([...file.attributes].map(([name, value]) => [shared(texts, name, name), shared(texts, value, value)])),
    ),
  });
}

function shared<T>(pool: Map<string, T>, key: string, value: T): T {
  const known = pool.get(key);
  if (known !== undefined) return known;
  pool.set(key, value);
  return value;
}

function kindOf({ values }: Coordinate): string {
  return ArrayBuffer.isView(values) ? values.constructor.name : "text";
}

/** Equal moments can be other numbers: those of times are told apart by their first and last element. */
function bitsOf({ values, length }: Coordinate): string {
  return length === 0 ? "" : `${length} ${String(values[0])} ${String(values[length - 1])}`;
}
