import type { Readable } from "node:stream";

import type { Outcome } from "./answer.js";
import { Http1Upstream } from "./http1Upstream.js";
import { Http2Upstream } from "./http2Upstream.js";
import type { Address } from "./network.js";
import type { RequestHead } from "./requestHead.js";

/** A request to a server. `body` is handed on as it comes. */
export interface Outbound {
  readonly address: Address;
  readonly head: RequestHead;
  readonly body: Readable | Buffer | undefined;
  readonly signal: AbortSignal;
}

/** Connections to servers, kept open and used again. */
export class Upstream {
  private readonly http1 = new Http1Upstream();
  private readonly http2 = new Http2Upstream();

  /** Sends a request; resolves when the answer begins or cannot come. Never rejects. */
  send(outbound: Outbound, isHttp2: boolean): Promise<Outcome> {
    return isHttp2 ? this.http2.send(outbound) : this.http1.send(outbound);
  }

  /** Breaks all connections. */
  close(): void {
    this.http1.close();
    this.http2.close();
  }
}
