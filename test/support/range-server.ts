import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";

export interface Asked {
  readonly path: string;
  readonly query: URLSearchParams;
  /** First and last byte asked for; null: the whole. */
  readonly range: readonly [first: number, last: number] | null;
  readonly headers: IncomingMessage["headers"];
}

/** What a test does instead of the server's own answer; false: nothing, the server answers. */
export type Fault = (asked: Asked, response: ServerResponse, count: number) => boolean | Promise<boolean>;

export interface RangeServer {
  readonly origin: string;
  readonly files: Map<string, { bytes: Uint8Array; etag?: string | null; modified?: string }>;
  /** Every request so far. */
  readonly asked: Asked[];
  /** Requests that were being answered at one time, at most. */
  mostAtOnce: number;
  /** Milliseconds before the first byte of an answer. */
  delay: number;
  fault: Fault | null;
  close(): Promise<void>;
}

/** A web server for tests: files in memory, ranges, ETags, and faults on demand. */
export async function rangeServer(): Promise<RangeServer> {
  let now = 0;
  const http: Server = createServer((request, response) => {
    now++;
    server.mostAtOnce = Math.max(server.mostAtOnce, now);
    response.once("close", () => now--);
    answer(server, request, response).catch((error) => response.destroy(error as Error));
  });
  const sockets = new Set<Socket>();
  http.on("connection", (socket) => {
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => http.listen(0, "127.0.0.1", resolve));
  const server: RangeServer = {
    origin: `http://127.0.0.1:${(http.address() as AddressInfo).port}`,
    files: new Map(),
    asked: [],
    mostAtOnce: 0,
    delay: 0,
    fault: null,
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => http.close(resolve));
    },
  };
  return server;
}

async function answer(server: RangeServer, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const [path = "", query] = (request.url ?? "").split("?");
  const match = /^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? "");
  const range = match ? ([Number(match[1]), Number(match[2])] as const) : null;
  const asked: Asked = { path, query: new URLSearchParams(query), range, headers: request.headers };
  server.asked.push(asked);
  if (server.delay > 0) await sleep(server.delay);
  if (await server.fault?.(asked, response, server.asked.length)) return;
  const file = server.files.get(path);
  if (!file) {
    response.writeHead(404).end("no such file");
    return;
  }
  const { bytes, etag = `"${bytes.length}"`, modified } = file;
  const size = bytes.length;
  const headers = { "accept-ranges": "bytes", ...(etag !== null && { etag }), ...(modified && { "last-modified": modified }) };
  if (!range) {
    response.writeHead(200, { ...headers, "content-length": size }).end(bytes);
    return;
  }
  const [first, last] = [range[0], Math.min(range[1], size - 1)];
  if (first >= size) {
    response.writeHead(416, { ...headers, "content-range": `bytes */${size}` }).end();
    return;
  }
  response
    .writeHead(206, { ...headers, "content-range": `bytes ${first}-${last}/${size}`, "content-length": last - first + 1 })
    .end(bytes.subarray(first, last + 1));
}
