/**
 * node latent-server.mjs FOLDER MILLISECONDS [BYTES_PER_SECOND]
 *
 * A web server of files with byte ranges whose first bytes take their time, as those of an object store do. Prints its port;
 * `/-/counters` tells requests and bytes since it was asked last. Ends when stdin does.
 */
import { createReadStream, statSync } from "node:fs";
import { createServer } from "node:http";
import { join, normalize } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

const [folder = ".", delay = "60"] = process.argv.slice(2);
let requests = 0;
let bytes = 0;

const server = createServer(async (request, response) => {
  const path = decodeURIComponent((request.url ?? "/").split("?")[0] ?? "/");
  if (path === "/-/counters") {
    response.end(JSON.stringify({ requests, bytes }));
    requests = 0;
    bytes = 0;
    return;
  }
  requests++;
  await sleep(Number(delay));
  let stat;
  try {
    stat = statSync(join(folder, normalize(path)));
  } catch {
    response.writeHead(404).end();
    return;
  }
  const size = stat.size;
  const match = /^bytes=(\d+)-(\d*)$/.exec(request.headers.range ?? "");
  const first = match ? Number(match[1]) : 0;
  const last = match?.[2] ? Math.min(Number(match[2]), size - 1) : size - 1;
  const headers = {
    "accept-ranges": "bytes",
    etag: `"${size}-${stat.mtimeMs}"`,
    "content-length": Math.max(0, last - first + 1),
    ...(match && { "content-range": `bytes ${first}-${last}/${size}` }),
  };
  response.writeHead(match ? 206 : 200, headers);
  if (request.method === "HEAD") {
    response.end();
    return;
  }
  bytes += last - first + 1;
  createReadStream(join(folder, normalize(path)), { start: first, end: last, highWaterMark: 1 << 18 }).pipe(response);
});
server.listen(0, "127.0.0.1", () => process.stdout.write(`${server.address().port}\n`));
process.stdin.on("end", () => process.exit(0)).resume();
