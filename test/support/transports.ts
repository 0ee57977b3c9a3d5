import { systemClock } from "../../src/base/clock.js";
import type { Clock } from "../../src/base/clock.js";
import { seededRandom } from "../../src/base/random.js";
import type { ApiError } from "../../src/kube/apiError.js";
import { staticCredentials } from "../../src/kube/credentials.js";
import type { Call, TransportOptions } from "../../src/kube/transport.js";
import { Transport } from "../../src/kube/transport.js";
import type { Answer } from "./httpServer.js";
import { HttpServer } from "./httpServer.js";

export const get: Call = { verb: "get", method: "GET", path: "/api/v1/pods", resource: "pods", effect: "read" };
export const patch: Call = {
  verb: "patch",
  method: "PATCH",
  path: "/api/v1/pods/a?timeout=2s",
  resource: "pods",
  effect: "write",
  body: '{"ä":1}',
  contentType: "application/merge-patch+json",
};
export const signal = new AbortController().signal;
export const cleanups: (() => unknown)[] = [];

/** Closes what a test opened, the last first; to be called after each test. */
export async function closeAll(): Promise<void> {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
}

export async function serve(answer: Answer): Promise<HttpServer> {
  const server = await HttpServer.start(answer);
  cleanups.push(() => server.close());
  return server;
}

export function transportTo(url: string, more: Partial<TransportOptions> = {}): Transport {
  const transport = new Transport({
    credentials: staticCredentials(url),
    clock: systemClock,
    random: seededRandom(1),
    userAgent: "pointsman/test",
    ...more,
  });
  cleanups.push(() => transport.close());
  return transport;
}

/** A clock whose short waits pass at once; the waits asked for are recorded. */
export function hastyClock(waits: number[]): Clock {
  return {
    ...systemClock,
    after(ms, run) {
      // Deadlines (3 s, 30 s) stay real.
      if (ms === 3_000 || ms === 30_000) return systemClock.after(ms, run);
      waits.push(ms);
      return systemClock.after(0, run);
    },
  };
}

export async function failureOf(promise: ReturnType<Transport["send"]>): Promise<ApiError> {
  const result = await promise;
  if (result.ok) throw new Error(`expected a failure, got ${result.value}`);
  return result.error;
}
