/** What can happen to a request before it is sent on. */
export type RequestFault =
  /** The connection is reset; the server never sees the request. */
  | { readonly kind: "reset" }
  | { readonly kind: "delay"; readonly ms: number }
  /** Waits until the rule is released. */
  | { readonly kind: "hold" }
  | StatusFault
  /** Taken and never answered. */
  | { readonly kind: "half-open" };

/** What can happen to the server's answer; the server has done by then what it was asked. */
export type ReplyFault =
  | RequestFault
  /** The head and the first half of the body, which ends in the middle of the JSON text. */
  | { readonly kind: "truncate" };

/** What can happen to an event of a watch. */
export type EventFault =
  /** The connection breaks: before the event, in the middle of its line, or between two bytes of one character. */
  | { readonly kind: "cut"; readonly where: "before" | "mid-line" | "mid-character" }
  /** An ERROR event with a Status in place of the event, after which the stream ends. */
  | { readonly kind: "error"; readonly code: StatusCode }
  | { readonly kind: "duplicate" }
  /** Comes after the next event, at the latest after a quarter of a second, and before any bookmark. */
  | { readonly kind: "swap" }
  /** Comes when the rule is released. */
  | { readonly kind: "hold" }
  | { readonly kind: "drop" }
  /** The stream stays open and is silent from here on. */
  | { readonly kind: "half-open" };

/** An answer of the proxy's own. */
export interface StatusFault {
  readonly kind: "status";
  readonly code: StatusCode;
  /** Seconds, for the header Retry-After. */
  readonly retryAfter?: number;
}

export type StatusCode = 401 | 403 | 409 | 410 | 429 | 500 | 503 | 504;

/** The faults of each phase. */
export interface Faults {
  readonly request: RequestFault;
  readonly reply: ReplyFault;
  readonly event: EventFault;
}

export type Phase = keyof Faults;
