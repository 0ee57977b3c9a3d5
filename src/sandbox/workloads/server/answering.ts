import type { IncomingHttpHeaders } from "node:http";

import type { Clock } from "../../../base/clock.js";
import { sleep } from "../../../base/clock.js";
import type { Random } from "../../../base/random.js";
import type { Behaviour } from "./behaviour.js";
import type { PodIdentity } from "./podIdentity.js";
import { wire } from "./wire.js";

/** What an answer depends on besides the request; `behaviour` is that of the moment. */
export interface Answering {
  readonly clock: Clock;
  readonly random: Random;
  readonly identity: PodIdentity;
  behaviour(): Behaviour;
}

/** Headers by which an answer says who gave it, and to which request. */
export function signature(identity: PodIdentity, headers: IncomingHttpHeaders): Record<string, string> {
  const requestId = headers[wire.requestId];
  return {
    [wire.version]: identity.version,
    [wire.pod]: identity.pod,
    ...(typeof requestId === "string" ? { [wire.requestId]: requestId } : {}),
  };
}

/** A number of milliseconds in a request's header, or `otherwise`. */
export function millisecondsIn(headers: IncomingHttpHeaders, name: string, otherwise: number): number {
  const value = Number(headers[name] ?? Number.NaN);
  return value >= 0 ? value : otherwise;
}

/** A latency of this behaviour. */
export function drawLatency({ latency }: Behaviour, random: Random): number {
  return latency.minMs + (latency.maxMs - latency.minMs) * random.next();
}

/** Whether this answer is to be an error. */
export function drawError({ errorRate }: Behaviour, random: Random): boolean {
  return errorRate > 0 && random.next() < errorRate;
}

/** Waits on the clock; at once where there is nothing to wait for. Returns whether the answer is still wanted. */
export async function pause(clock: Clock, ms: number, closed: AbortSignal): Promise<boolean> {
  if (ms > 0) await sleep(clock, ms, closed);
  return !closed.aborted;
}
