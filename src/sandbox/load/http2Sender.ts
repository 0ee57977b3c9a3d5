import type { ClientHttp2Stream, IncomingHttpHeaders } from "node:http2";
import { constants } from "node:http2";

import { GrpcFrameReader, grpcFrame, grpcStatus } from "../workloads/server/grpcFrames.js";
import type { Endpoint } from "../workloads/server/podNetwork.js";
import { grpcPaths } from "../workloads/server/wire.js";
import type { LabelledRequest } from "./answerHeaders.js";
import { answeredBy, versionIn } from "./answerHeaders.js";
import type { Outcome } from "./outcome.js";
import { lossOf, lost } from "./outcome.js";
import { Sessions } from "./sessions.js";
import type { RequestShape } from "./shape.js";

/** What arrived of an answer. */
interface Answer {
  headers: IncomingHttpHeaders;
  trailers: IncomingHttpHeaders;
  messages: number;
  readonly frames: GrpcFrameReader;
}

/** Sends requests of HTTP/2 without TLS and gRPC calls over kept connections. */
export class Http2Sender {
  private readonly sessions: Sessions;

  /** `connections` is how many it opens before they are full. */
  constructor(target: Endpoint, connections: number) {
    this.sessions = new Sessions(target, connections);
  }

  /** Sends one request. Resolves with what became of it, never rejects; `signal` stands for its time being over. */
  send(shape: RequestShape, request: LabelledRequest, signal: AbortSignal): Promise<Outcome> {
    const taken = this.sessions.take();
    return new Promise((resolve) => {
      const stream = taken.session.request(headersOf(shape, request), { endStream: !isGrpc(shape) });
      const onTimeout = (): void => {
        resolve(lost("timeout"));
        stream.close(constants.NGHTTP2_CANCEL);
      };
      signal.addEventListener("abort", onTimeout, { once: true });
      readAnswer(stream, shape, request, resolve);
      stream.once("close", () => {
        signal.removeEventListener("abort", onTimeout);
        taken.release();
      });
      if (isGrpc(shape)) stream.end(grpcFrame(Buffer.from(request.id)));
    });
  }

  close(): void {
    this.sessions.close();
  }
}

function readAnswer(
  stream: ClientHttp2Stream,
  shape: RequestShape,
  request: LabelledRequest,
  resolve: (outcome: Outcome) => void,
): void {
  const answer: Answer = { headers: {}, trailers: {}, messages: 0, frames: new GrpcFrameReader() };
  let isComplete = false;
  stream.once("response", (headers) => (answer.headers = headers));
  stream.once("trailers", (trailers: IncomingHttpHeaders) => (answer.trailers = trailers));
  stream.on("data", (chunk: Buffer) => {
    if (isGrpc(shape)) answer.messages += answer.frames.push(chunk).length;
  });
  stream.once("end", () => (isComplete = !stream.aborted && stream.rstCode === constants.NGHTTP2_NO_ERROR));
  stream.on("error", (error: Error) => resolve(lost(lossOf(error), versionIn(answer.headers))));
  stream.once("close", () => {
    if (answer.headers[":status"] === undefined) resolve(lost("reset"));
    else if (isComplete) resolve(outcomeOf(shape, request, answer));
    else resolve(lost("truncated", versionIn(answer.headers)));
  });
}

function outcomeOf(shape: RequestShape, request: LabelledRequest, answer: Answer): Outcome {
  const { headers, trailers } = answer;
  const status = Number(headers[":status"]);
  if (status !== 200) return lost(`status ${status}`, versionIn(headers));
  if (!isGrpc(shape)) return answeredBy(request, headers);
  const code = trailers["grpc-status"] ?? headers["grpc-status"];
  if (code === undefined || !answer.frames.isWhole()) return lost("truncated", versionIn(headers));
  if (Number(code) !== grpcStatus.ok) return lost(`grpc ${Number(code)}`, versionIn(headers));
  return answer.messages > 0 ? answeredBy(request, headers) : lost("truncated", versionIn(headers));
}

function isGrpc({ protocol }: RequestShape): boolean {
  return protocol === "grpc" || protocol === "grpcStream";
}

function headersOf(shape: RequestShape, request: LabelledRequest): Record<string, string> {
  const common = { ":scheme": "http", ":authority": shape.host, ...request.headers };
  if (!isGrpc(shape)) return { ":method": shape.method ?? "GET", ":path": shape.path ?? "/", ...common };
  const path = shape.protocol === "grpc" ? grpcPaths.unary : grpcPaths.stream;
  return {
    ":method": "POST",
    ":path": shape.path ?? path,
    "content-type": "application/grpc",
    te: "trailers",
    ...common,
  };
}
