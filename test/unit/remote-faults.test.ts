import { createServer } from "node:net";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import type { ByteSource } from "../../src/store/contract.js";
import { connectionError } from "../../src/store/http/explain.js";
import { leadOf } from "../../src/store/http/follow.js";
import { httpStore } from "../../src/store/http/http-store.js";
import { type RangeServer, rangeServer } from "../support/range-server.js";

const SIZE = 3_000_000;
const bytes = Uint8Array.from({ length: SIZE }, (_, i) => (i * 7 + (i >> 8)) & 255);
const limits = { pause: 1, longestPause: 5, idle: 150, deadline: 4000 };
const store = httpStore({ limits });

let server: RangeServer;
let url = "";

beforeAll(async () => {
  server = await rangeServer();
  url = `${server.origin}/a.bin`;
});
afterAll(() => server.close());
beforeEach(() => {
  server.files.clear();
  server.files.set("/a.bin", { bytes, etag: '"one"' });
  server.asked.length = 0;
  server.fault = null;
});

/** A range far behind what opening has read. */
const FAR = { offset: 1_500_000, length: 1_200_000 };
const expected = Buffer.from(bytes.subarray(FAR.offset, FAR.offset + FAR.length));

/** Whether the far range holds what it should. */
async function readFar(source: ByteSource): Promise<boolean> {
  return expected.equals(await source.readOne(FAR));
}

describe("an http source", () => {
  test("opens with one request, which also brings the first bytes", async () => {
    const source = await store.open(url);
    expect(source).toMatchObject({ size: SIZE, version: '"one"', isRemote: true });
    expect(await source.readOne({ offset: 100, length: 50 })).toEqual(Buffer.from(bytes.subarray(100, 150)));
    expect(server.asked.map(({ range }) => range)).toEqual([[0, (1 << 18) - 1]]);
  });

  test("a small file is one request, whatever is read of it", async () => {
    server.files.set("/small", { bytes: bytes.subarray(0, 5000) });
    const traffic = { requests: 0, bytes: 0 };
    const source = await store.open(`${server.origin}/small`, {
      onTraffic: (requests, read) => {
        traffic.requests += requests;
        traffic.bytes += read;
      },
    });
    for await (const piece of source.read([{ offset: 4990, length: 10 }]))
      expect([...piece.bytes]).toEqual([...bytes.subarray(4990, 5000)]);
    await expect(source.readOne({ offset: 4990, length: 11 })).rejects.toMatchObject({ tag: "truncated" });
    expect(traffic).toEqual({ requests: 1, bytes: 5000 });
  });

  test("an empty file has no bytes", async () => {
    server.files.set("/empty", { bytes: new Uint8Array(0) });
    expect(await store.open(`${server.origin}/empty`)).toMatchObject({ size: 0 });
  });

  test("a range that passes the end is refused without a request", async () => {
    const source = await store.open(url);
    await expect(source.readOne({ offset: SIZE - 1, length: 2 })).rejects.toMatchObject({ tag: "truncated", offset: SIZE - 1 });
    await expect(source.readOne({ offset: 0, length: 2 ** 52 })).rejects.toMatchObject({ tag: "truncated" });
    expect(server.asked).toHaveLength(1);
  });

  test("the date of the last change is the version where there is no ETag, and the size where there is neither", async () => {
    server.files.set("/dated", { bytes, etag: null, modified: "Tue, 03 Mar 2026 10:00:00 GMT" });
    server.files.set("/bare", { bytes, etag: null });
    expect((await store.open(`${server.origin}/dated`)).version).toBe("Tue, 03 Mar 2026 10:00:00 GMT");
    expect((await store.open(`${server.origin}/bare`)).version).toBe(`size-${SIZE}`);
  });

  test("redirects are followed once, and the place they lead to is asked from then on", async () => {
    server.fault = ({ path }, response) => {
      if (path !== "/moved") return false;
      response.writeHead(302, { location: "/a.bin?signed" }).end();
      return true;
    };
    const source = await store.open(`${server.origin}/moved`);
    expect(await readFar(source)).toBe(true);
    expect(server.asked.map(({ path }) => path)).toEqual(["/moved", "/a.bin", "/a.bin"]);
  });

  test("an address that a redirect led to and that has run out is asked for anew", async () => {
    let given = 0;
    server.fault = ({ path }, response) => {
      if (path === "/moved") response.writeHead(307, { location: `/a.bin` }).end();
      else if (++given === 2) response.writeHead(403).end();
      else return false;
      return true;
    };
    const source = await store.open(`${server.origin}/moved`);
    expect(await readFar(source)).toBe(true);
    expect(server.asked.map(({ path }) => path)).toEqual(["/moved", "/a.bin", "/a.bin", "/moved", "/a.bin"]);
  });

  test("name and password go to the server that they were given for, and to no other", async () => {
    const other = await rangeServer();
    other.files.set("/a.bin", { bytes });
    const withPassword = server.origin.replace("//", "//user:secret@");
    server.fault = ({ path }, response) => {
      if (path === "/a.bin") return false;
      response.writeHead(302, { location: `${path === "/away" ? other.origin : server.origin}/a.bin` }).end();
      return true;
    };
    await store.open(`${withPassword}/away`);
    await store.open(`${withPassword}/here`);
    const basic = `Basic ${Buffer.from("user:secret").toString("base64")}`;
    expect(server.asked.map(({ path, headers }) => [path, headers.authorization])).toEqual([
      ["/away", basic],
      ["/here", basic],
      ["/a.bin", basic],
    ]);
    expect(other.asked.map(({ headers }) => headers.authorization)).toEqual([undefined]);
    await other.close();
  });

  test("a redirect from https to http is refused", () => {
    const where = { file: "https://a.example/x" };
    expect(() => leadOf("http://a.example/x", new URL("https://a.example/x"), where)).toThrow(
      expect.objectContaining({ tag: "unsupported", message: expect.stringContaining("http://a.example"), ...where }),
    );
    expect(leadOf("https://b.example/y", new URL("http://a.example/x"), where).href).toBe("https://b.example/y");
  });

  test("closing ends what is being read", async () => {
    const source = await store.open(url);
    server.fault = () => true;
    const reading = source.readOne(FAR);
    await source.close();
    await expect(reading).rejects.toMatchObject({ tag: "usage", message: "the dataset was closed" });
  });
});

describe("a file that changes", () => {
  test.each([
    ["another ETag", { bytes, etag: '"two"' }],
    ["another size under the same ETag", { bytes: bytes.subarray(0, SIZE - 1), etag: '"one"' }],
  ])("%s is an error, and never a mixture", async (_, changed) => {
    const source = await store.open(url);
    server.files.set("/a.bin", changed);
    await expect(readFar(source)).rejects.toMatchObject({ tag: "changed", file: url });
    expect(server.asked).toHaveLength(2);
  });

  test("one that has shrunk below the range, or is gone", async () => {
    const source = await store.open(url);
    server.files.set("/a.bin", { bytes: bytes.subarray(0, 1000), etag: '"three"' });
    await expect(readFar(source)).rejects.toMatchObject({ tag: "changed" });
    server.files.clear();
    await expect(readFar(source)).rejects.toMatchObject({ tag: "not-found" });
  });
});

describe("what mends itself", () => {
  test.each([429, 500, 502, 503, 504])("an answer of %i is tried again", async (status) => {
    server.fault = (_, response, count) => {
      if (count > 2) return false;
      response.writeHead(status).end("busy");
      return true;
    };
    const source = await store.open(url);
    expect(source.size).toBe(SIZE);
    expect(server.asked).toHaveLength(3);
  });

  test("Retry-After is waited for", async () => {
    server.fault = (_, response, count) => {
      if (count > 1) return false;
      response.writeHead(503, { "retry-after": "1" }).end();
      return true;
    };
    const start = Date.now();
    await store.open(url);
    expect(Date.now() - start).toBeGreaterThanOrEqual(990);
  });

  test("a body that breaks off goes on where it broke", async () => {
    const source = await store.open(url);
    server.fault = ({ range }, response, count) => {
      if (count > 3 || !range) return false;
      const [first, last] = range;
      response.writeHead(206, {
        etag: '"one"',
        "content-range": `bytes ${first}-${last}/${SIZE}`,
        "content-length": last - first + 1,
      });
      response.write(bytes.subarray(first, first + 200_000), () => response.destroy());
      return true;
    };
    expect(await readFar(source)).toBe(true);
    const starts = server.asked.slice(1).map(({ range }) => range?.[0] ?? -1);
    expect(starts).toHaveLength(3);
    expect(starts[0]).toBe(FAR.offset);
    expect(starts[1]).toBeGreaterThan(FAR.offset);
    expect(starts[2]).toBeGreaterThan(starts[1] as number);
  });

  test("a server that sends less than was asked for, and says so, is asked for the rest", async () => {
    const source = await store.open(url);
    server.fault = ({ range }, response) => {
      if (!range) return false;
      const first = range[0];
      const last = Math.min(range[1], first + 499_999);
      response
        .writeHead(206, { etag: '"one"', "content-range": `bytes ${first}-${last}/${SIZE}` })
        .end(bytes.subarray(first, last + 1));
      return true;
    };
    expect(await readFar(source)).toBe(true);
    expect(server.asked).toHaveLength(4);
  });

  test("a connection that is cut before the answer", async () => {
    server.fault = (_, response, count) => {
      if (count > 2) return false;
      response.destroy();
      return true;
    };
    expect((await store.open(url)).size).toBe(SIZE);
  });
});

describe("what does not mend itself", () => {
  test.each([
    [401, "permission"],
    [403, "permission"],
    [404, "not-found"],
    [410, "not-found"],
    [405, "unsupported"],
  ])("an answer of %i is an error at once", async (status, tag) => {
    server.fault = (_, response) => {
      response.writeHead(status).end();
      return true;
    };
    await expect(store.open(url)).rejects.toMatchObject({ tag, file: url, message: expect.stringContaining(String(status)) });
    expect(server.asked).toHaveLength(1);
  });

  test("a service that stays down is given up, saying how often it was tried", async () => {
    server.fault = (_, response) => {
      response.writeHead(503).end();
      return true;
    };
    await expect(store.open(url)).rejects.toMatchObject({ tag: "temporary", message: expect.stringMatching(/503.*8 attempts/) });
    expect(server.asked).toHaveLength(8);
  });

  test("a Retry-After beyond the deadline is not waited for", async () => {
    server.fault = (_, response) => {
      response.writeHead(429, { "retry-after": "3600" }).end();
      return true;
    };
    await expect(store.open(url)).rejects.toMatchObject({ tag: "temporary", message: expect.stringContaining("429") });
    expect(server.asked).toHaveLength(1);
  });

  test.each<[string, Record<string, string>]>([
    ["absent", {}],
    ["of another place", { "content-range": `bytes 5-10/${SIZE}` }],
    ["nonsense", { "content-range": "bytes all/of it" }],
    ["past its own total", { "content-range": `bytes 1500000-${SIZE}/${SIZE}` }],
    ["at odds with Content-Length", { "content-range": `bytes 1500000-1500009/${SIZE}`, "content-length": "9" }],
  ])("a Content-Range that is %s", async (_, headers) => {
    const source = await store.open(url);
    server.fault = (_asked, response) => {
      response.writeHead(206, { etag: '"one"', ...headers }).end("123456789");
      return true;
    };
    await expect(readFar(source)).rejects.toMatchObject({ tag: "malformed", offset: FAR.offset });
  });

  test("more bytes than were asked for", async () => {
    const source = await store.open(url);
    server.fault = ({ range }, response) => {
      if (!range) return false;
      // Without a Content-Length nothing but counting shows it.
      response.writeHead(206, {
        etag: '"one"',
        "content-range": `bytes ${range[0]}-${range[1]}/${SIZE}`,
        "transfer-encoding": "chunked",
      });
      response.end(Buffer.alloc(range[1] - range[0] + 2));
      return true;
    };
    await expect(readFar(source)).rejects.toMatchObject({ tag: "malformed", message: expect.stringContaining("more than") });
  });

  test("fewer bytes than were declared, always", async () => {
    const source = await store.open(url);
    server.fault = ({ range }, response) => {
      if (!range) return false;
      response.writeHead(206, {
        etag: '"one"',
        "content-range": `bytes ${range[0]}-${range[1]}/${SIZE}`,
        "transfer-encoding": "chunked",
      });
      response.end(Buffer.alloc(10));
      return true;
    };
    await expect(readFar(source)).rejects.toMatchObject({ tag: "temporary", message: expect.stringMatching(/ends after 10 of/) });
  });

  test("silence: no answer, or none after the first bytes", async () => {
    const source = await store.open(url);
    let isBegun = false;
    server.fault = ({ range }, response) => {
      if (isBegun && range) {
        response.writeHead(206, { etag: '"one"', "content-range": `bytes ${range[0]}-${range[1]}/${SIZE}` });
        response.write("a");
      }
      return true;
    };
    await expect(store.open(url)).rejects.toMatchObject({ tag: "temporary", message: expect.stringContaining("no byte came") });
    isBegun = true;
    await expect(readFar(source)).rejects.toMatchObject({ tag: "temporary" });
  });

  test("a drip that never stops", async () => {
    const source = await store.open(url);
    server.fault = ({ range }, response) => {
      if (!range) return false;
      response.writeHead(206, { etag: '"one"', "content-range": `bytes ${range[0]}-${range[1]}/${SIZE}` });
      const timer = setInterval(() => response.write("a"), 20);
      response.once("close", () => clearInterval(timer));
      return true;
    };
    await expect(readFar(source)).rejects.toMatchObject({ tag: "temporary", message: expect.stringContaining("drips") });
  });

  test("redirects without end, or to elsewhere than HTTP", async () => {
    server.fault = ({ path }, response) => {
      response.writeHead(301, { location: path === "/ftp" ? "ftp://example.org/a" : "/again" }).end();
      return true;
    };
    await expect(store.open(url)).rejects.toMatchObject({ tag: "unsupported", message: expect.stringContaining("more than 10") });
    await expect(store.open(`${server.origin}/ftp`)).rejects.toMatchObject({ tag: "unsupported" });
  });

  test.each([
    ["ENOTFOUND", "not-found", "there is no host example.org"],
    ["CERT_HAS_EXPIRED", "permission", "a certificate that is not trusted"],
    ["DEPTH_ZERO_SELF_SIGNED_CERT", "permission", "a certificate that is not trusted"],
    ["EPROTO", "unsupported", "does not speak TLS"],
    ["HPE_INVALID_CONSTANT", "malformed", "is not HTTP"],
  ])("the system's %s", (code, tag, message) => {
    const error = connectionError(Object.assign(new Error("x"), { code }), "example.org", { file: "f" });
    expect(error).toMatchObject({ tag, file: "f", message: expect.stringContaining(message) });
  });

  test("a refused connection, an address that is none", async () => {
    await expect(store.open("http://127.0.0.1:1/a.nc")).rejects.toMatchObject({
      tag: "temporary",
      message: expect.stringMatching(/refuses the connection.*4 attempts/),
    });
    await expect(store.open("http://")).rejects.toMatchObject({ tag: "usage" });
  });

  test("https to a server that speaks plain HTTP, and a server that speaks something else", async () => {
    await expect(store.open(url.replace("http:", "https:"))).rejects.toMatchObject({
      tag: "unsupported",
      message: expect.stringContaining("TLS"),
    });
    const other = createServer((socket) => socket.end("220 ready\r\n"));
    await new Promise<void>((resolve) => other.listen(0, "127.0.0.1", resolve));
    const { port } = other.address() as { port: number };
    await expect(store.open(`http://127.0.0.1:${port}/`)).rejects.toMatchObject({
      tag: "malformed",
      message: expect.stringContaining("not HTTP"),
    });
    other.close();
  });

  test("an aborted signal ends waiting, and pauses between attempts too", async () => {
    const stop = new AbortController();
    server.fault = (_, response) => {
      response.writeHead(503, { "retry-after": "3" }).end();
      return true;
    };
    const opening = store.open(url, { signal: stop.signal });
    setTimeout(() => stop.abort(), 50);
    const start = Date.now();
    await expect(opening).rejects.toThrow("aborted");
    expect(Date.now() - start).toBeLessThan(1000);
  });

  test("a password in the address is shown in no error", async () => {
    server.files.clear();
    const error = await store.open(url.replace("//", "//me:secret@")).catch((e) => e);
    expect(error).toMatchObject({ tag: "not-found", file: url.replace("//", "//") });
    // Before it may stand what the last test gave up.
    expect(server.asked.at(-1)?.headers.authorization).toBe(`Basic ${btoa("me:secret")}`);
  });
});

describe("a server without ranges", () => {
  const whole = httpStore({ limits: { ...limits, wholeBytes: 4_000_000 } });
  beforeEach(() => {
    server.fault = ({ path }, response) => {
      const sized = path === "/sized";
      response.writeHead(200, sized ? { "content-length": SIZE } : { "transfer-encoding": "chunked" }).end(bytes);
      return true;
    };
  });

  test.each(["/sized", "/chunked"])("gives a small file whole, in the one request (%s)", async (path) => {
    const source = await whole.open(`${server.origin}${path}`);
    expect(await readFar(source)).toBe(true);
    expect(source.size).toBe(SIZE);
    expect(server.asked).toHaveLength(1);
  });

  test.each(["/sized", "/chunked"])("and a large one not at all (%s)", async (path) => {
    const small = httpStore({ limits: { ...limits, wholeBytes: 1_000_000 } });
    await expect(small.open(`${server.origin}${path}`)).rejects.toMatchObject({
      tag: "unsupported",
      message: expect.stringContaining("ignores byte ranges"),
    });
  });
});

describe("whole objects", () => {
  test("come in one request; what is not there is null, and what may not be read an error", async () => {
    expect(Buffer.from(bytes).equals((await store.get(url)) ?? new Uint8Array(0))).toBe(true);
    expect(server.asked.map(({ range }) => range)).toEqual([null]);
    expect(await store.get(`${server.origin}/absent`)).toBeNull();
    server.fault = (_, response) => {
      response.writeHead(403).end();
      return true;
    };
    await expect(store.get(url)).rejects.toMatchObject({ tag: "permission" });
  });

  test("a web server's folders cannot be listed", () => {
    expect(() => store.list(`${server.origin}/`)).toThrow(expect.objectContaining({ tag: "unsupported" }));
  });
});
