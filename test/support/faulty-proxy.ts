import { createServer, type IncomingMessage, request, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** What becomes of a request. */
export type Fate =
  | "pass"
  /** The service asks for patience. */
  | "slow-down"
  /** The session has ended. */
  | "expired"
  /** The connection breaks, and the request never arrives. */
  | "cut"
  /** It arrives, and the connection breaks before the answer: the sender cannot know. */
  | "lose-answer"
  /** The connection breaks at once, and the request arrives seconds later. */
  | "late";

export interface Proxy {
  readonly endpoint: string;
  /** How many met which fate. */
  readonly fates: Map<Fate, number>;
  /** Requests that are still to arrive. */
  settle(): Promise<void>;
  close(): Promise<void>;
}

/** A line to a service that fails as it is told. Requests keep their `Host`, which is signed. */
export async function faultyProxy(target: string, decide: (method: string, url: string) => Fate, lateBy = 1500): Promise<Proxy> {
  const fates = new Map<Fate, number>();
  const pending = new Set<Promise<void>>();
  const server = createServer((asked, answer) => {
    const fate = decide(asked.method ?? "", asked.url ?? "");
    fates.set(fate, (fates.get(fate) ?? 0) + 1);
    serve(asked, answer, fate).catch(() => asked.socket.destroy());
  });

  async function serve(asked: IncomingMessage, answer: ServerResponse, fate: Fate): Promise<void> {
    if (fate === "cut") {
      asked.socket.destroy();
      return;
    }
    const body = await bodyOf(asked);
    switch (fate) {
      case "slow-down":
        answer.writeHead(503, { "content-type": "application/xml" }).end(errorText("SlowDown"));
        return;
      case "expired":
        answer.writeHead(400, { "content-type": "application/xml" }).end(errorText("ExpiredToken"));
        return;
      case "lose-answer":
        await forward(asked, body, null);
        asked.socket.destroy();
        return;
      case "late": {
        asked.socket.destroy();
        const arrives = new Promise((resolve) => setTimeout(resolve, lateBy)).then(() => forward(asked, body, null));
        pending.add(arrives);
        await arrives.finally(() => pending.delete(arrives));
        return;
      }
      default:
        await forward(asked, body, answer);
    }
  }

  function forward(asked: IncomingMessage, body: Buffer, answer: ServerResponse | null): Promise<void> {
    const { hostname, port } = new URL(target);
    const { expect: _, ...headers } = asked.headers;
    return new Promise((resolve, reject) => {
      const sent = request({ hostname, port, method: asked.method, path: asked.url, headers, setHost: false }, (got) => {
        if (answer) got.pipe(answer.writeHead(got.statusCode ?? 500, got.headers)).on("close", resolve);
        else got.resume().on("end", resolve);
      });
      sent.on("error", reject);
      sent.end(body);
    });
  }

  const port = await listen(server);
  return {
    endpoint: `http://127.0.0.1:${port}`,
    fates,
    async settle() {
      await Promise.allSettled(pending);
    },
    async close() {
      await Promise.allSettled(pending);
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function listen(server: Server): Promise<number> {
  return new Promise((resolve) => {
    server.listen(0, "127.0.0.1", () => resolve((server.address() as AddressInfo).port));
  });
}

async function bodyOf(asked: IncomingMessage): Promise<Buffer> {
  const pieces: Buffer[] = [];
  for await (const piece of asked) pieces.push(piece as Buffer);
  return Buffer.concat(pieces);
}

function errorText(code: string): string {
  return `<?xml version="1.0" encoding="UTF-8"?><Error><Code>${code}</Code></Error>`;
}
