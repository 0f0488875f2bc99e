import { type Agent, Agent as HttpAgent, get as httpGet, type IncomingMessage, type RequestOptions } from "node:http";

export type Headers = Readonly<Record<string, string>>;

/** Connections are kept; requests in flight are bounded elsewhere. Proxies come from the environment where Node knows how. */
const AGENT = { keepAlive: true, scheduling: "lifo", proxyEnv: process.env } as const;

interface Way {
  readonly get: typeof httpGet;
  readonly agent: Agent;
}

const plain: Way = { get: httpGet, agent: new HttpAgent(AGENT) };
let secure: Promise<Way> | undefined;

/** Loaded for the first https URL: TLS costs more than HTTP. */
async function overTls(): Promise<Way> {
  const { Agent: HttpsAgent, get } = await import("node:https");
  return { get: get as typeof httpGet, agent: new HttpsAgent(AGENT) };
}

function wayTo(url: URL): Way | Promise<Way> {
  if (url.protocol !== "https:") return plain;
  secure ??= overTls();
  return secure;
}

/**
 * Sends one GET, and gives the answer when its headers are there; the body is the caller's to read or destroy. Redirects are
 * answers like others.
 *
 * @param idle milliseconds without a byte after which the request, or its body, fails with `ETIMEDOUT`
 * @throws the system's error
 */
export async function send(url: URL, headers: Headers, idle: number, signal?: AbortSignal): Promise<IncomingMessage> {
  const { get, agent } = await wayTo(url);
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
