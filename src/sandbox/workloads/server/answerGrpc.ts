import type { IncomingHttpHeaders } from "node:http";
import type { ServerHttp2Stream } from "node:http2";

import type { Answering } from "./answering.js";
import { drawError, drawLatency, millisecondsIn, pause, signature } from "./answering.js";
import { isOpen, streamClosed } from "./exchange.js";
import { GrpcFrameReader, grpcFrame, grpcStatus } from "./grpcFrames.js";
import { wire } from "./wire.js";

const contentType = "application/grpc";
const defaultInterval = 100;

/** Whether a request speaks gRPC. */
export function isGrpc(headers: IncomingHttpHeaders): boolean {
  return headers["content-type"]?.startsWith(contentType) ?? false;
}

/**
 * Answers a gRPC call of any service with the message it came with: once, or, if the method's name ends in "Stream",
 * again and again for as long as the caller asked, at least once. Messages are bytes to it.
 */
export async function answerGrpc(
  stream: ServerHttp2Stream,
  headers: IncomingHttpHeaders,
  answering: Answering,
): Promise<void> {
  const { clock, random, identity } = answering;
  const behaviour = answering.behaviour();
  if (behaviour.isStalled) return;
  const closed = streamClosed(stream);
  const message = await firstMessage(stream);
  const hold = millisecondsIn(headers, wire.hold, 0);
  const isStream = String(headers[":path"] ?? "").endsWith("Stream");
  const wait = drawLatency(behaviour, random) + (isStream ? 0 : hold);
  if (!(await pause(clock, wait, closed)) || !isOpen(stream)) return;
  const signed = { ":status": 200, "content-type": contentType, ...signature(identity, headers) };
  const problem = problemOf(message, drawError(behaviour, random));
  if (problem !== undefined || message === undefined) {
    stream.respond({ ...signed, ...problem }, { endStream: true });
    return;
  }
  stream.respond(signed, { waitForTrailers: true });
  stream.once("wantTrailers", () => {
    if (isOpen(stream)) stream.sendTrailers({ "grpc-status": grpcStatus.ok });
  });
  stream.write(grpcFrame(message));
  if (isStream) await repeat(stream, message, (ms) => pause(clock, ms, closed), hold, intervalOf(headers));
  if (isOpen(stream)) stream.end();
}

function intervalOf(headers: IncomingHttpHeaders): number {
  return Math.max(1, millisecondsIn(headers, wire.interval, defaultInterval));
}

async function repeat(
  stream: ServerHttp2Stream,
  message: Uint8Array,
  wait: (ms: number) => Promise<boolean>,
  totalMs: number,
  intervalMs: number,
): Promise<void> {
  for (let left = totalMs; left > 0; left -= intervalMs) {
    if (!(await wait(Math.min(left, intervalMs))) || !isOpen(stream)) return;
    stream.write(grpcFrame(message));
  }
}

function problemOf(message: Uint8Array | undefined, isError: boolean): Record<string, string | number> | undefined {
  if (isError) return { "grpc-status": grpcStatus.unavailable, "grpc-message": "an error as asked for" };
  if (message === undefined) return { "grpc-status": grpcStatus.internal, "grpc-message": "the call has no message" };
  return undefined;
}

/** The first message of a call, undefined if it ends without one. */
function firstMessage(stream: ServerHttp2Stream): Promise<Buffer | undefined> {
  const reader = new GrpcFrameReader();
  return new Promise((resolve) => {
    stream.on("data", (chunk: Buffer) => {
      const [message] = reader.push(chunk);
      if (message !== undefined) resolve(message);
    });
    stream.once("end", () => resolve(undefined));
    stream.once("close", () => resolve(undefined));
  });
}
