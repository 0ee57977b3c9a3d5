import type { Answering } from "./answering.js";
import { drawError, drawLatency, millisecondsIn, pause, signature } from "./answering.js";
import type { Exchange } from "./exchange.js";
import { wire } from "./wire.js";

/** Pieces of a slow body. */
const pieces = 10;

/**
 * Answers with JSON that says who answers and what arrived: `{version, pod, requestId, protocol, method, path, host,
 * headers}`; version, Pod and request id stand in headers too. Resolves when it is said or nobody listens any more.
 */
export async function answerHttp(exchange: Exchange, answering: Answering): Promise<void> {
  const { clock, random, identity } = answering;
  const behaviour = answering.behaviour();
  if (behaviour.isStalled) return;
  await exchange.received();
  const hold = millisecondsIn(exchange.headers, wire.hold, 0);
  if (!(await pause(clock, drawLatency(behaviour, random) + hold, exchange.closed))) return;
  const status = drawError(behaviour, random) ? behaviour.errorStatus : 200;
  const body = bodyOf(exchange, identity);
  exchange.head(status, {
    "content-type": "application/json",
    "content-length": Buffer.byteLength(body),
    ...signature(identity, exchange.headers),
  });
  if (behaviour.bodyMs === 0) exchange.end(body);
  else await sendSlowly(exchange, body, (ms) => pause(clock, ms, exchange.closed), behaviour.bodyMs);
}

async function sendSlowly(
  exchange: Exchange,
  body: string,
  wait: (ms: number) => Promise<boolean>,
  totalMs: number,
): Promise<void> {
  const edge = (piece: number): number => Math.floor((body.length * piece) / pieces);
  for (let piece = 0; piece < pieces; piece += 1) {
    if (!(await wait(totalMs / pieces))) return;
    exchange.write(body.slice(edge(piece), edge(piece + 1)));
  }
  exchange.end();
}

function bodyOf({ protocol, method, path, host, headers }: Exchange, identity: Answering["identity"]): string {
  const requestId = headers[wire.requestId];
  return `${JSON.stringify({ ...identity, requestId, protocol, method, path, host, headers })}\n`;
}
