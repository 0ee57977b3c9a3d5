import type { IncomingMessage } from "node:http";
import { Agent, request as httpRequest } from "node:http";

import type { Answer, Outcome } from "./answer.js";
import { failedOutcome } from "./answer.js";
import { fieldOf, fieldsOfRaw, membersOf } from "./fields.js";
import type { RequestHead } from "./requestHead.js";
import type { Outbound } from "./upstream.js";

/** Shorter than servers commonly keep an idle connection (node: 5 s), so that a request does not meet its end. */
const idleMs = 3_000;

/** Requests by HTTP/1.1 on connections that are kept. */
export class Http1Upstream {
  private readonly agent = new Agent({ keepAlive: true, timeout: idleMs, maxFreeSockets: 1_024, noDelay: true });

  send({ address, head, body, signal }: Outbound): Promise<Outcome> {
    return new Promise((resolve) => {
      const { host, port } = address;
      const headers = headersOf(head, body !== undefined);
      const { method, target: path } = head;
      const outgoing = httpRequest({ agent: this.agent, host, port, method, path, headers, setHost: false, signal });
      outgoing.on("response", (incoming) => resolve({ type: "answer", answer: answerOf(incoming, head.method) }));
      outgoing.on("error", (error) => resolve(failedOutcome(error)));
      if (body === undefined || Buffer.isBuffer(body)) outgoing.end(body);
      else {
        body.on("error", () => outgoing.destroy());
        body.pipe(outgoing);
      }
    });
  }

  close(): void {
    this.agent.destroy();
  }
}

function headersOf(head: RequestHead, hasBody: boolean): Record<string, string | string[]> {
  const length = fieldOf(head.fields, "content-length");
  const framing = hasBody && length === undefined ? { "transfer-encoding": "chunked" } : {};
  return { ...membersOf(head.fields), host: head.host, ...framing };
}

function answerOf(incoming: IncomingMessage, method: string): Answer {
  const status = incoming.statusCode ?? 502;
  const isBare = method === "HEAD" || status === 204 || status === 304 || incoming.headers["content-length"] === "0";
  if (isBare) incoming.resume();
  incoming.on("error", () => undefined);
  return {
    status,
    fields: fieldsOfRaw(incoming.rawHeaders),
    body: isBare ? undefined : incoming,
    trailers: () => fieldsOfRaw(incoming.rawTrailers),
    isWhole: () => incoming.complete,
  };
}
