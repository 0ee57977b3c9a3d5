import { Agent, request as sendRequest } from "node:http";
import type { IncomingMessage } from "node:http";

import type { Endpoint } from "../workloads/server/podNetwork.js";
import type { LabelledRequest } from "./answerHeaders.js";
import { answeredBy, versionIn } from "./answerHeaders.js";
import type { Outcome } from "./outcome.js";
import { lossOf, lost } from "./outcome.js";
import type { RequestShape } from "./shape.js";

/**
 * What is due beyond so many connections waits for one, as users of a pool do. A source that opens one for each request
 * never recovers from a stall: a server of node takes one connection in each turn of its loop.
 */
const maxConnections = 256;

/** Sends HTTP/1.1 requests over kept connections, as many as are needed. */
export class Http1Sender {
  private readonly agent = new Agent({ keepAlive: true, maxSockets: maxConnections });

  constructor(private readonly target: Endpoint) {}

  /** Sends one request. Resolves with what became of it, never rejects; `signal` stands for its time being over. */
  send(shape: RequestShape, request: LabelledRequest, signal: AbortSignal): Promise<Outcome> {
    return new Promise((resolve) => {
      const sent = sendRequest({
        ...this.target,
        agent: this.agent,
        method: shape.method ?? "GET",
        path: shape.path ?? "/",
        headers: { ...request.headers, host: shape.host },
      });
      const onTimeout = (): void => {
        resolve(lost("timeout"));
        sent.destroy();
      };
      signal.addEventListener("abort", onTimeout, { once: true });
      sent.once("response", (response) => readAnswer(request, response, resolve));
      sent.on("error", (error) => resolve(lost(lossOf(error))));
      sent.once("close", () => signal.removeEventListener("abort", onTimeout));
      sent.end();
    });
  }

  close(): void {
    this.agent.destroy();
  }
}

function readAnswer(request: LabelledRequest, response: IncomingMessage, resolve: (outcome: Outcome) => void): void {
  const { statusCode = 0, headers } = response;
  response.resume();
  response.on("error", () => resolve(lost("truncated", versionIn(headers))));
  response.once("end", () =>
    resolve(statusCode === 200 ? answeredBy(request, headers) : lost(`status ${statusCode}`, versionIn(headers))),
  );
}
