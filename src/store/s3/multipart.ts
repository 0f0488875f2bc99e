import { createHash } from "node:crypto";
import type { S3Client } from "@aws-sdk/client-s3";
import type { PartOutput, StagedPart } from "../output/contract.js";
import { parseAddress } from "./address.js";
import { clientNow } from "./client.js";
import { explainWrite } from "./explain-write.js";
import { type Lanes, uploadLanes } from "./upload-lanes.js";

/** Pieces grow, because there may be 10 000 of them: 8 MiB up to 8 GiB, then more. The service wants 5 MiB at least. */
const PIECE = 8 << 20;
const GROWS_AFTER = 1000;
/** Bytes written and not yet sent, of one output: beyond it the writer waits. */
const MOST_WAITING = 3 * PIECE;
/** What a buffer begins with: many small parts may be open at once. */
const LEAST_BUFFER = 64 << 10;

/** Calls of the service for an upload, which this room's files share. */
export interface UploadCalls {
  create(path: string): Promise<string>;
  complete(path: string, id: string, pieces: readonly string[]): Promise<void>;
  abort(upload: { readonly path: string; readonly id: string }): Promise<void>;
}

/** A part as a multipart upload, which stays open: bytes leave in pieces, several under way. */
export class UploadOutput implements PartOutput {
  readonly #hash = createHash("sha256");
  readonly #etags: string[] = [];
  readonly #lanes: Lanes = uploadLanes;
  readonly #sent: Promise<void>[] = [];
  #buffer = new Uint8Array(LEAST_BUFFER);
  #filled = 0;
  #waiting = 0;
  #failure: unknown = null;
  #wake: (() => void) | null = null;
  bytes = 0;

  private constructor(
    readonly client: S3Client,
    readonly path: string,
    readonly id: string,
    readonly calls: UploadCalls,
    readonly name: string | null,
  ) {}

  /** @param name of the staged file where the upload is completed at its end; null: it stays open */
  static async open(path: string, calls: UploadCalls, name: string | null): Promise<UploadOutput> {
    return new UploadOutput(await clientNow(), path, await calls.create(path), calls, name);
  }

  write(bytes: Uint8Array): void {
    this.#hash.update(bytes);
    this.bytes += bytes.length;
    for (let done = 0; done < bytes.length; ) {
      const limit = this.#pieceSize();
      if (this.#filled === this.#buffer.length) this.#grow(limit);
      const length = Math.min(bytes.length - done, this.#buffer.length - this.#filled);
      this.#buffer.set(bytes.subarray(done, done + length), this.#filled);
      this.#filled += length;
      done += length;
      if (this.#filled >= limit) this.#send();
    }
  }

  async ready(): Promise<void> {
    while (this.#failure === null && this.#waiting > MOST_WAITING)
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    if (this.#failure !== null) throw this.#failure;
  }

  async finish(): Promise<{ staged: StagedPart; sha256: string }> {
    if (this.#filled > 0) this.#send();
    await Promise.all(this.#sent);
    if (this.#failure !== null) throw this.#failure;
    const sha256 = this.#hash.digest("hex");
    if (this.name === null) return { staged: { kind: "upload", id: this.id, pieces: this.#etags }, sha256 };
    await this.calls.complete(this.path, this.id, this.#etags);
    return { staged: { kind: "file", name: this.name }, sha256 };
  }

  async abandon(): Promise<void> {
    this.#failure ??= new Error("given up");
    await Promise.all(this.#sent);
    await this.calls.abort(this);
  }

  #pieceSize(): number {
    return PIECE * 2 ** Math.floor(this.#sent.length / GROWS_AFTER);
  }

  #grow(limit: number): void {
    const larger = new Uint8Array(Math.min(limit, this.#buffer.length * 4));
    larger.set(this.#buffer);
    this.#buffer = larger;
  }

  #send(): void {
    const piece = this.#buffer.subarray(0, this.#filled);
    const number = this.#sent.length + 1;
    this.#buffer = new Uint8Array(LEAST_BUFFER);
    this.#filled = 0;
    this.#waiting += piece.length;
    this.#sent.push(
      this.#lanes
        .run(() => this.#upload(piece, number))
        .then(
          () => this.#settle(piece.length),
          (error: unknown) => {
            this.#failure ??= error;
            this.#settle(piece.length);
          },
        ),
    );
  }

  #settle(bytes: number): void {
    this.#waiting -= bytes;
    this.#wake?.();
    this.#wake = null;
  }

  async #upload(piece: Uint8Array, number: number): Promise<void> {
    if (this.#failure !== null) return;
    const { UploadPartCommand } = await import("@aws-sdk/client-s3");
    const { bucket, key } = parseAddress(this.path);
    const md5 = createHash("md5").update(piece).digest();
    try {
      const { ETag } = await this.client.send(
        new UploadPartCommand({
          Bucket: bucket,
          Key: key,
          UploadId: this.id,
          PartNumber: number,
          Body: piece,
          ContentLength: piece.length,
          ContentMD5: md5.toString("base64"),
        }),
      );
      this.#etags[number - 1] = ETag ?? `"${md5.toString("hex")}"`;
    } catch (error) {
      throw explainWrite(error, this.path);
    }
  }
}
