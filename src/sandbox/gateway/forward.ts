import type { Readable } from "node:stream";

import { withDeadline } from "../../base/abort.js";
import type { Clock } from "../../base/clock.js";
import { sleep } from "../../base/clock.js";
import type { Outcome } from "./answer.js";
import type { Decision, Destined } from "./decide.js";
import { endToEnd, fieldOf } from "./fields.js";
import { changeAll } from "./headerChanges.js";
import type { Inbound } from "./inbound.js";
import { localAnswer } from "./localAnswer.js";
import type { PodNetwork } from "./network.js";
import { copyOf, readWhole } from "./requestBody.js";
import { isGrpc } from "./requestHead.js";
import { asksAgain } from "./retry.js";
import type { RoundRobin } from "./roundRobin.js";
import type { Upstream } from "./upstream.js";

/** What requests are sent by. */
export interface Ways {
  readonly clock: Clock;
  readonly network: PodNetwork;
  readonly upstream: Upstream;
  readonly turns: RoundRobin;
}

type Sending = Extract<Decision, { type: "send" }>;
type Body = Readable | Buffer | undefined;

interface Tried {
  readonly outcome: Outcome;
  readonly timedOut: boolean;
}

/** How long the answer to a copy may take. */
const copyMs = 60_000;

/**
 * Sends a request where it was decided and hands on the answer. Who cannot be reached, or breaks off before an answer, is
 * answered for with 503; whoever takes too long with 504, or with a broken connection once the answer has begun.
 */
export async function forward(sending: Sending, inbound: Inbound, ways: Ways): Promise<void> {
  const { limits } = sending;
  const whole = limits.timeoutMs === undefined ? undefined : withDeadline(ways.clock, inbound.gone, limits.timeoutMs);
  const signal = whole?.signal ?? inbound.gone;
  // Also what is under way when the time is over: a body that is cut off breaks the answer.
  signal.addEventListener("abort", () => {
    if (whole?.expired() === true && inbound.hasAnswered()) inbound.reset();
  });
  inbound.onEnd(() => whole?.release());
  const body = await replayable(sending, inbound);
  copy(sending.mirrors, body, ways);
  const { outcome, timedOut } = await tryAll(sending, body, signal, ways);
  if (inbound.gone.aborted) return;
  if (outcome.type === "answer") {
    const fields = changeAll(endToEnd(outcome.answer.fields), sending.response);
    inbound.answer({ ...outcome.answer, fields });
  } else {
    const late = timedOut || whole?.expired() === true;
    const status = late ? 504 : 503;
    inbound.answer(localAnswer(inbound.head, status, late ? "the time is over" : outcome.message));
  }
}

/** The body as it comes or, where the request may have to be tried again, all of it. */
async function replayable({ limits, head }: Sending, { body }: Inbound): Promise<Body> {
  if (limits.retries === undefined || body === undefined) return body;
  return (await readWhole(body, fieldOf(head.fields, "content-length"))) ?? body;
}

async function tryAll(sending: Sending, body: Body, signal: AbortSignal, ways: Ways): Promise<Tried> {
  const { retries } = sending.limits;
  const isReplayable = body === undefined || Buffer.isBuffer(body);
  const attempts = isReplayable ? (retries?.attempts ?? 0) : 0;
  for (let attempt = 0; ; attempt += 1) {
    const tried = await tryOnce(sending, body, signal, ways);
    if (attempt >= attempts || signal.aborted || !asksAgain(retries, tried.outcome, tried.timedOut)) return tried;
    if (tried.outcome.type === "answer") tried.outcome.answer.body?.resume();
    await sleep(ways.clock, (retries?.backoffMs ?? 0) * 2 ** attempt, signal);
  }
}

/** The limit of a try ends when its answer begins. */
async function tryOnce(sending: Sending, body: Body, signal: AbortSignal, ways: Ways): Promise<Tried> {
  const { tryTimeoutMs } = sending.limits;
  if (tryTimeoutMs === undefined) return { outcome: await send(sending, body, signal, ways), timedOut: false };
  const limit = new AbortController();
  let timedOut = false;
  const follow = (): void => limit.abort();
  signal.addEventListener("abort", follow, { once: true });
  const cancel = ways.clock.after(tryTimeoutMs, () => {
    timedOut = true;
    limit.abort();
  });
  const outcome = await send(sending, body, limit.signal, ways);
  cancel();
  return { outcome, timedOut };
}

function send({ target, reached, head }: Destined, body: Body, signal: AbortSignal, ways: Ways): Promise<Outcome> {
  const endpoint = ways.turns.next(target, reached.endpoints);
  const address = endpoint === undefined ? undefined : ways.network.endpointOf(endpoint.ip, endpoint.port);
  if (address === undefined) {
    const message = `nobody has the address ${endpoint?.ip ?? "none"}`;
    return Promise.resolve({ type: "failed", phase: "connect", message });
  }
  return ways.upstream.send({ address, head, body, signal }, reached.isHttp2 || isGrpc(head));
}

/** Sends the copies; what is answered to them is read and forgotten. */
function copy(mirrors: readonly Destined[], body: Body, ways: Ways): void {
  for (const mirror of mirrors) {
    const copied = body === undefined || Buffer.isBuffer(body) ? body : copyOf(body);
    const deadline = withDeadline(ways.clock, new AbortController().signal, copyMs);
    void send(mirror, copied, deadline.signal, ways).then((outcome) => {
      const answered = outcome.type === "answer" ? outcome.answer.body : undefined;
      answered?.on("error", () => undefined);
      answered?.on("close", () => deadline.release());
      answered?.resume();
      if (answered === undefined) deadline.release();
    });
  }
}
