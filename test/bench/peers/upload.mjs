/** Uploads the files of a folder as they are, in multipart pieces of 8 MiB, eight under way: FOLDER BUCKET PREFIX. */
import { createHash } from "node:crypto";
import { closeSync, openSync, readdirSync, readSync, statSync } from "node:fs";
import { join } from "node:path";
import { CompleteMultipartUploadCommand, CreateMultipartUploadCommand, S3Client, UploadPartCommand } from "@aws-sdk/client-s3";

const [folder, Bucket, prefix] = process.argv.slice(2);
const PIECE = 8 << 20;
const client = new S3Client({
  endpoint: process.env.AWS_ENDPOINT_URL_S3,
  region: "us-east-1",
  forcePathStyle: true,
  requestChecksumCalculation: "WHEN_REQUIRED",
  responseChecksumValidation: "WHEN_REQUIRED",
});
const files = readdirSync(folder).filter((name) => name.endsWith(".parquet"));
const uploads = await Promise.all(
  files.map(async (name) => {
    const Key = `${prefix}/${name}`;
    const { UploadId } = await client.send(new CreateMultipartUploadCommand({ Bucket, Key }));
    return { Key, UploadId, path: join(folder, name), size: statSync(join(folder, name)).size, etags: [] };
  }),
);
const pieces = uploads.flatMap((upload) =>
  Array.from({ length: Math.ceil(upload.size / PIECE) }, (_, i) => ({ upload, number: i + 1 })),
);
await Promise.all(
  Array.from({ length: 8 }, async () => {
    for (let piece = pieces.shift(); piece; piece = pieces.shift()) {
      const { upload, number } = piece;
      const { Key, UploadId } = upload;
      const at = (number - 1) * PIECE;
      const Body = Buffer.alloc(Math.min(PIECE, upload.size - at));
      const fd = openSync(upload.path, "r");
      readSync(fd, Body, 0, Body.length, at);
      closeSync(fd);
      const ContentMD5 = createHash("md5").update(Body).digest("base64");
      const request = { Bucket, Key, UploadId, PartNumber: number, Body, ContentLength: Body.length, ContentMD5 };
      upload.etags[number - 1] = (await client.send(new UploadPartCommand(request))).ETag;
    }
  }),
);
await Promise.all(
  uploads.map(({ Key, UploadId, etags }) => {
    const Parts = etags.map((ETag, i) => ({ ETag, PartNumber: i + 1 }));
    return client.send(new CompleteMultipartUploadCommand({ Bucket, Key, UploadId, MultipartUpload: { Parts } }));
  }),
);
