import { isDamage } from "./errors.js";
import { parseDataspace } from "./messages/dataspace.js";
import { parseDatatype } from "./messages/datatype.js";
import type { DatasetHeader, MetadataFile } from "./model.js";
import { MESSAGE, type ObjectHeader } from "./object-header.js";
import { resolveShared } from "./shared-messages.js";

/** What is listed of a dataset whose header cannot be read, as far as it is known. */
export type Remains = Pick<DatasetHeader, "dtype" | "dataspace" | "arrayShape">;

/** Type and shape of a damaged dataset where these can still be read; else an opaque scalar. */
export async function remainsOf(file: MetadataFile, header: ObjectHeader | undefined): Promise<Remains> {
  const parse = async <T>(
    type: number,
    parser: (cursor: Awaited<ReturnType<typeof resolveShared>>) => T,
  ): Promise<T | undefined> => {
    const message = header?.messages.find((m) => m.type === type);
    if (!message) return undefined;
    try {
      return parser(await resolveShared(file, message));
    } catch (error) {
      if (isDamage(error)) return undefined;
      throw error;
    }
  };
  const datatype = await parse(MESSAGE.datatype, parseDatatype);
  const dataspace = await parse(MESSAGE.dataspace, parseDataspace);
  return {
    dtype: datatype?.dtype ?? { name: "opaque", size: 1 },
    dataspace: dataspace ?? { kind: "scalar" },
    arrayShape: datatype?.arrayShape ?? [],
  };
}
