import type { Readable } from "node:stream";

import type { Answer } from "./answer.js";
import type { RequestHead } from "./requestHead.js";

/** A request that came in, by whatever version of HTTP, and the way to answer it. */
export interface Inbound {
  readonly head: RequestHead;
  /** Undefined where nothing follows the head. */
  readonly body: Readable | undefined;
  /** Aborts when the client gave up before the end of the answer. */
  readonly gone: AbortSignal;
  /** Calls `run` when all is over, however it ended. */
  onEnd(run: () => void): void;
  /** True once the answer has begun. */
  hasAnswered(): boolean;
  /** Begins the answer and hands on its body and trailers; a body that breaks breaks the answer. At most once. */
  answer(answer: Answer): void;
  /** Breaks the answer off. */
  reset(): void;
}
