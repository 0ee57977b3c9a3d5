import { Readable } from "node:stream";

import type { Answer } from "./answer.js";
import type { Fields } from "./fields.js";
import type { RequestHead } from "./requestHead.js";
import { isGrpc } from "./requestHead.js";

/** gRPC's status of an HTTP status (gRPC's http-grpc-status-mapping). */
const grpcStatus: ReadonlyMap<number, number> = new Map([
  [400, 13],
  [401, 16],
  [403, 7],
  [404, 12],
  [429, 14],
  [502, 14],
  [503, 14],
  [504, 14],
]);
const unknown = 2;

/** Marks what the gateway itself answers, and names its HTTP status where gRPC hides it. */
const ownMark = "x-gateway-answer";

/** An answer of the gateway itself; a call of gRPC gets status 200 and trailers only, as gRPC clients expect. */
export function localAnswer(head: RequestHead, status: number, body: string, fields: Fields = []): Answer {
  const mark: Fields = [[ownMark, String(status)]];
  const rest = { trailers: (): Fields => [], isWhole: () => true };
  if (isGrpc(head)) {
    const grpc: Fields = [
      ["content-type", "application/grpc"],
      ["grpc-status", String(grpcStatus.get(status) ?? unknown)],
      ["grpc-message", encodeURIComponent(body)],
    ];
    return { status: 200, fields: [...fields, ...grpc, ...mark], body: undefined, ...rest };
  }
  const isBare = body === "" || head.method === "HEAD" || status === 204 || status === 304;
  const described: Fields = isBare
    ? [["content-length", "0"]]
    : [
        ["content-type", "text/plain; charset=utf-8"],
        ["content-length", String(Buffer.byteLength(body))],
      ];
  const framed = status === 204 || status === 304 ? [] : described;
  return { status, fields: [...fields, ...framed, ...mark], body: isBare ? undefined : Readable.from([body]), ...rest };
}
