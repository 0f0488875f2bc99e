import type { Agent, get, IncomingMessage, RequestOptions } from "node:http";

export type Headers = Readonly<Record<string, string>>;

/** Connections are kept; requests in flight are bounded elsewhere. Proxies come from the environment where Node knows how. */
const AGENT = { keepAlive: true, scheduling: "lifo", proxyEnv: process.env } as const;

interface Way {
  readonly get: typeof get;
  readonly agent: Agent;
}

/**
 * Not by `import`: that reads every export of the module, and the WebSocket among them loads all of undici, which takes longer than
 * the module itself.
 */
function wayOver(id: "node:http" | "node:https"): Way {
  const { get, Agent } = process.getBuiltinModule(id) as typeof import("node:http");
  return { get, agent: new Agent(AGENT) };
}

let plain: Way | undefined;
let secure: Way | undefined;

/** TLS is loaded for the first https URL: it costs more than HTTP. */
function wayTo({ protocol }: URL): Way {
  if (protocol === "https:") {
    secure ??= wayOver("node:https");
    return secure;
  }
  plain ??= wayOver("node:http");
  return plain;
}

/**
 * Sends one GET, and gives the answer when its headers are there; the body is the caller's to read or destroy. Redirects are
 * answers like others.
 *
 * @param idle milliseconds without a byte after which the request, or its body, fails with `ETIMEDOUT`
 * @throws the system's error
 */
export async function send(url: URL, headers: Headers, idle: number, signal?: AbortSignal): Promise<IncomingMessage> {
  const { get, agent } = wayTo(url);
  signal?.throwIfAborted();
  return new Promise((resolve, reject) => {
    let response: IncomingMessage | undefined;
    const options: RequestOptions = { agent, headers, timeout: idle };
    const request = get(url, options, (answer) => {
      response = answer;
      // Who reads the body hears of its failures; one that was given up has no reader.
      answer.on("error", () => undefined);
      resolve(answer);
    });
    const end = (error: Error): void => {
      (response ?? request).destroy(error);
    };
    // Not by the option of that name: the connection would hear of it too, which others use after this request.
    const abort = (): void => end(signal?.reason);
    signal?.addEventListener("abort", abort, { once: true });
    request.once("close", () => signal?.removeEventListener("abort", abort));
    request.on("timeout", () => end(Object.assign(new Error(`no byte came for ${idle / 1000} s`), { code: "ETIMEDOUT" })));
    request.on("error", reject);
  });
}
