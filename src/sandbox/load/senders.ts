import type { Endpoint } from "../workloads/server/podNetwork.js";
import type { LabelledRequest } from "./answerHeaders.js";
import { Http1Sender } from "./http1Sender.js";
import { Http2Sender } from "./http2Sender.js";
import type { Outcome } from "./outcome.js";
import type { RequestShape } from "./shape.js";

/** Who carries requests to where they go. `send` never rejects; `signal` aborts when the request's time is over. */
export interface Carrier {
  send(shape: RequestShape, request: LabelledRequest, signal: AbortSignal): Promise<Outcome>;
  close(): void;
}

/** Carries requests of every protocol to one address. */
export class Senders implements Carrier {
  private readonly http1: Http1Sender;
  private readonly http2: Http2Sender;

  /** `http2Connections` is how many of HTTP/2 it opens before they are full. */
  constructor(target: Endpoint, http2Connections = 4) {
    this.http1 = new Http1Sender(target);
    this.http2 = new Http2Sender(target, http2Connections);
  }

  send(shape: RequestShape, request: LabelledRequest, signal: AbortSignal): Promise<Outcome> {
    switch (shape.protocol) {
      case "http1":
        return this.http1.send(shape, request, signal);
      case "h2c":
      case "grpc":
      case "grpcStream":
        return this.http2.send(shape, request, signal);
    }
  }

  close(): void {
    this.http1.close();
    this.http2.close();
  }
}
