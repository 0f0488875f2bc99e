import { createHash } from "node:crypto";
import type { ListMultipartUploadsCommandOutput, S3Client } from "@aws-sdk/client-s3";
import { GraticuleError, isGraticuleError } from "../../errors.js";
import type { FoundFile, OpenUpload, OutputStore, PartPlace, StagedPart } from "../output/contract.js";
import { mapLimited } from "../output/map-limited.js";
import { parseAddress } from "./address.js";
import { clientNow } from "./client.js";
import { hasConditions } from "./conditions.js";
import { explainWrite } from "./explain-write.js";
import { UploadOutput } from "./multipart.js";

type Sdk = typeof import("@aws-sdk/client-s3");

/** Small requests under way together. */
const AT_ONCE = 16;

/** S3, at Amazon or any service of that interface. The SDK is loaded with the first call. */
export const s3Output: OutputStore = {
  kind: "s3",
  async read(path) {
    try {
      return await call(path, async (client, sdk, at) => {
        const { Body } = await client.send(new sdk.GetObjectCommand(at));
        return (await Body?.transformToString("utf8")) ?? "";
      });
    } catch (error) {
      if (isAbsent(error)) return null;
      throw error;
    }
  },
  async write(path, text) {
    await put(path, text);
  },
  async writePrivate(path, text) {
    await put(path, text);
  },
  async create(path, text) {
    if (await hasConditions(path, { put, remove: s3Output.remove })) return put(path, text, true);
    if ((await s3Output.stat(path)) !== null) return false;
    return put(path, text);
  },
  async touch(path) {
    await put(path, "");
  },
  async stat(path) {
    try {
      return await call(path, async (client, sdk, at) => {
        const { ContentLength = 0, LastModified, ETag } = await client.send(new sdk.HeadObjectCommand(at));
        return found(path, ContentLength, LastModified, ETag);
      });
    } catch (error) {
      if (isAbsent(error)) return null;
      throw error;
    }
  },
  list: (folder) =>
    call(`${folder}/`, async (client, sdk, { Bucket, Key: Prefix }) => {
      const files: FoundFile[] = [];
      for await (const page of sdk.paginateListObjectsV2({ client }, { Bucket, Prefix }))
        for (const { Key = "", Size = 0, LastModified, ETag } of page.Contents ?? [])
          files.push(found(Key.slice(Prefix.length), Size, LastModified, ETag));
      return files;
    }),
  makeFolder: () => Promise.resolve(),
  syncFolder: () => Promise.resolve(),
  async remove(paths) {
    // One by one: removing many in one request needs a checksum that not every service knows.
    await mapLimited(paths, AT_ONCE, (path) =>
      call(path, async (client, sdk, at) => {
        await client.send(new sdk.DeleteObjectCommand(at));
      }),
    );
  },
  async removeFolder(path) {
    await s3Output.remove((await s3Output.list(path)).map((file) => `${path}/${file.path}`));
  },
  openPart: ({ staging, name, target }) =>
    target === null ? UploadOutput.open(`${staging}/${name}`, calls, name) : UploadOutput.open(target, calls, null),
  place,
  uploads: (prefix) =>
    call(prefix, async (client, sdk, { Bucket, Key: Prefix }) => {
      const uploads: OpenUpload[] = [];
      let marker: { KeyMarker?: string; UploadIdMarker?: string } | null = {};
      while (marker) {
        const page: ListMultipartUploadsCommandOutput = await client.send(
          new sdk.ListMultipartUploadsCommand({ Bucket, Prefix, ...marker }),
        );
        for (const { Key = "", UploadId = "", Initiated } of page.Uploads ?? [])
          uploads.push({ path: `s3://${Bucket}/${Key}`, id: UploadId, begun: Initiated?.getTime() ?? 0 });
        const { IsTruncated, NextKeyMarker: KeyMarker, NextUploadIdMarker: UploadIdMarker } = page;
        marker = IsTruncated && KeyMarker ? { KeyMarker, ...(UploadIdMarker && { UploadIdMarker }) } : null;
      }
      return uploads;
    }),
  async abort({ path, id }) {
    try {
      await call(path, async (client, sdk, at) => {
        await client.send(new sdk.AbortMultipartUploadCommand({ ...at, UploadId: id }));
      });
    } catch (error) {
      if (!isAbsent(error)) throw error;
    }
  },
};

const calls = {
  create: (path: string): Promise<string> =>
    call(path, async (client, sdk, at) => {
      const { UploadId } = await client.send(
        new sdk.CreateMultipartUploadCommand({ ...at, ContentType: "application/vnd.apache.parquet" }),
      );
      if (!UploadId) throw new GraticuleError("unsupported", "the service gives no id for a multipart upload", { file: path });
      return UploadId;
    }),
  complete: (path: string, id: string, pieces: readonly string[]): Promise<void> =>
    call(path, async (client, sdk, at) => {
      const Parts = pieces.map((ETag, i) => ({ ETag, PartNumber: i + 1 }));
      await client.send(new sdk.CompleteMultipartUploadCommand({ ...at, UploadId: id, MultipartUpload: { Parts } }));
    }),
  abort: (upload: Pick<OpenUpload, "path" | "id">): Promise<void> => s3Output.abort(upload),
};

/** Completes an upload; the answer of Ceph says nothing of what is there then, so that the object is asked. */
async function place(part: StagedPart & { readonly bytes: number }, { target }: PartPlace, replaces = false): Promise<void> {
  if (part.kind !== "upload" || target === null)
    throw new GraticuleError("internal", "a part that is no upload was to be completed", { file: target ?? "" });
  const before = await s3Output.stat(target);
  if (before && isPart(before, part)) return s3Output.abort({ path: target, id: part.id });
  if (before && !replaces)
    throw new GraticuleError("conflict", "another object stands where a part belongs", {
      file: target,
      hint: "objects that are there are not overwritten: move it away and resume",
    });
  try {
    await calls.complete(target, part.id, part.pieces);
  } catch (error) {
    // A request whose answer was lost is sent again, and then finds no upload.
    if (!isAbsent(error) && !isGraticuleError(error, "unsupported")) throw error;
    const there = await s3Output.stat(target);
    if (there && isPart(there, part)) return;
    await s3Output.abort({ path: target, id: part.id });
    throw new GraticuleError("conflict", "the upload of a part is no longer there as its task left it", {
      file: target,
      hint: "something else ended it; `graticule resume` makes the part anew",
      cause: error,
    });
  }
  const after = await s3Output.stat(target);
  if (after && isPart(after, part)) return;
  throw new GraticuleError("conflict", `the part should have ${part.bytes} bytes and has ${after?.bytes ?? 0}`, {
    file: target,
    hint: "something else changed it",
  });
}

/** By size, and by the ETag where that is what most services make of it: the MD5 of the pieces' MD5s, and how many there are. */
function isPart({ bytes, etag }: FoundFile, part: StagedPart & { readonly bytes: number }): boolean {
  if (bytes !== part.bytes || part.kind !== "upload") return false;
  const sums = part.pieces.map((piece) => piece.replaceAll('"', ""));
  if (etag === undefined || !sums.every((sum) => /^[0-9a-f]{32}$/.test(sum))) return true;
  const own = etag.replaceAll('"', "");
  if (!/^[0-9a-f]{32}-\d+$/.test(own)) return true;
  return (
    own ===
    `${createHash("md5")
      .update(Buffer.from(sums.join(""), "hex"))
      .digest("hex")}-${sums.length}`
  );
}

/** @returns false where the object is there already and must not be */
function put(path: string, text: string, isNew = false): Promise<boolean> {
  return call(path, async (client, sdk, at) => {
    const Body = Buffer.from(text, "utf8");
    const ContentMD5 = createHash("md5").update(Body).digest("base64");
    try {
      await client.send(
        new sdk.PutObjectCommand({ ...at, Body, ContentLength: Body.length, ContentMD5, ...(isNew && { IfNoneMatch: "*" }) }),
      );
      return true;
    } catch (error) {
      const status = (error as { $metadata?: { httpStatusCode?: number } }).$metadata?.httpStatusCode;
      if (isNew && status === 412) return false;
      throw error;
    }
  });
}

async function call<T>(
  path: string,
  work: (client: S3Client, sdk: Sdk, at: { Bucket: string; Key: string }) => Promise<T>,
): Promise<T> {
  const { bucket, key } = parseAddress(path);
  try {
    const sdk = await import("@aws-sdk/client-s3");
    return await work(await clientNow(), sdk, { Bucket: bucket, Key: key });
  } catch (error) {
    throw explainWrite(error, path);
  }
}

function found(path: string, bytes: number, modified: Date | undefined, etag: string | undefined): FoundFile {
  return { path, bytes, modified: modified?.getTime() ?? 0, ...(etag !== undefined && { etag }) };
}

/** No such key or upload, whereas an absent bucket is an error of its own. */
function isAbsent(error: unknown): boolean {
  const name = ((error as { cause?: unknown }).cause as { name?: unknown } | undefined)?.name;
  return isGraticuleError(error, "not-found") && name !== "NoSuchBucket";
}
