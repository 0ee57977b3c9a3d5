import type { Result } from "../../src/base/result.js";
import { fail, ok } from "../../src/base/result.js";
import type { ApiError } from "../../src/kube/apiError.js";
import type { LeaseRecord, LeaseStore } from "../../src/kube/leases.js";

/** What the network does to one candidate's requests; only writes lose their replies. */
export type Network = "up" | "down" | "hangs" | "loses replies";

/** One Lease in memory, with optimistic locking as the API server has it, and a network per candidate. */
export class MemoryLeases {
  record: LeaseRecord | undefined;
  /** Names of the candidates whose writes succeeded, in order. */
  readonly writers: string[] = [];
  private version = 0;

  /** The store as one candidate sees it. */
  candidate(name: string, network: () => Network = () => "up"): LeaseStore {
    const over = async (
      verb: string,
      signal: AbortSignal,
      act: () => Result<LeaseRecord, ApiError>,
    ): Promise<Result<LeaseRecord, ApiError>> => {
      const state = network();
      if (state === "down") return fail(problem(verb, "unsent", 0, "ConnectionRefused"));
      if (state !== "hangs") await Promise.resolve();
      const answer = state === "hangs" ? undefined : act();
      if ((state === "up" || verb === "get") && answer !== undefined) return answer;
      await aborted(signal);
      return fail(problem(verb, "unknown", 0, "Timeout"));
    };
    return {
      read: (signal) => over("get", signal, () => (this.record === undefined ? notFound("get") : ok(this.record))),
      create: (record, signal) =>
        over("create", signal, () => (this.record === undefined ? this.store(name, record) : conflict("create"))),
      update: (record, signal) =>
        over("update", signal, () => {
          if (this.record === undefined) return notFound("update");
          if (this.record.resourceVersion !== record.resourceVersion) return conflict("update");
          return this.store(name, record);
        }),
    };
  }

  /** A write by somebody who takes no part, for example `kubectl annotate`. */
  touch(change: Partial<LeaseRecord> = {}): void {
    if (this.record !== undefined) this.record = { ...this.record, ...change, resourceVersion: String(++this.version) };
  }

  private store(name: string, record: LeaseRecord): Result<LeaseRecord, ApiError> {
    this.record = { ...record, resourceVersion: String(++this.version) };
    this.writers.push(name);
    return ok(this.record);
  }
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener("abort", () => resolve(), { once: true });
  });
}

const notFound = (verb: string): Result<never, ApiError> => fail(problem(verb, "status", 404, "NotFound"));
const conflict = (verb: string): Result<never, ApiError> => fail(problem(verb, "status", 409, "Conflict"));

function problem(verb: string, kind: ApiError["kind"], code: number, reason: string): ApiError {
  return { kind, code, reason, message: reason, causes: [], verb, path: "/lease" };
}
