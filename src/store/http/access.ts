import type { ErrorDetails } from "../../errors.js";
import type { Headers } from "./send.js";

/** What a service on top of HTTP adds. */
export interface Access {
  /** The headers of a request: signed, where the service wants that. Called anew for each attempt and each redirect. */
  headers(url: URL, own: Headers): Headers | Promise<Headers>;
  /**
   * What an answer means that is no success: an error in the service's own words, another address to try at once, or null for
   * HTTP's own meaning.
   */
  refusal?(answer: Refusal, where: ErrorDetails): Error | URL | null;
}

export interface Refusal {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  /** The beginning of the body. */
  readonly text: string;
  readonly url: URL;
  /** The headers of the request, as {@link Access.headers} gave them. */
  readonly sent: Headers;
}

export const OPEN_ACCESS: Access = { headers: (_, own) => own };
