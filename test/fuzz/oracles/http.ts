import assert from "node:assert/strict";
import { connect } from "node:net";

import { Registry } from "prom-client";

import { systemClock } from "../../../src/base/clock.js";
import { Health } from "../../../src/runtime/health.js";
import type { HttpOptions } from "../../../src/server/http.js";
import { listen } from "../../../src/server/http.js";
import { operationsRoutes } from "../../../src/server/operations.js";
import { open } from "../../../src/server/readApi/authorizer.js";
import { guard, securityHeaders } from "../../../src/server/readApi/guard.js";
import { readApiRoutes } from "../../../src/server/readApi/routes.js";
import { json } from "../../../src/server/reply.js";
import type { Route } from "../../../src/server/router.js";
import { MadeModel } from "../../support/dashboard/madeModel.js";
import { madeSummary } from "../../support/dashboard/madeSummary.js";

/** The routes of operations, and one that gives back the parameter it was called with. */
export const routes: readonly Route[] = [
  ...operationsRoutes(new Health(), new Registry()),
  { path: "/things/:name", handle: ({ params }) => json(200, params) },
];
const usual = [100, 200, 400, 404, 405, 408, 413, 417, 431, 503];

/** A server of this process that listens on a port of its own, and what its handlers failed with. */
export class Victim {
  readonly errors: unknown[];

  private constructor(
    private readonly server: { readonly address: { readonly port: number }; close(): Promise<void> },
    errors: unknown[],
    private readonly allowed: readonly number[],
  ) {
    this.errors = errors;
  }

  /** The server of operations. */
  static operations(): Promise<Victim> {
    return Victim.start({ routes }, usual);
  }

  /** The server of the dashboard, with its guard; without its stream, which has no end. */
  static readApi(): Promise<Victim> {
    const model = new MadeModel();
    model.put(madeSummary("cart"), madeSummary("checkout", { ready: "False", reason: "SpecInvalid" }));
    const options = { model, changes$: model.changes$, authorizer: open, auth: "none", version: "1.2.3" } as const;
    const all = readApiRoutes({ ...options, clock: systemClock, onError: () => undefined });
    const finite = all.filter(({ path }) => !path.endsWith("/stream"));
    return Victim.start({ routes: finite, guard: guard(true), headers: securityHeaders }, [...usual, 403, 421]);
  }

  private static async start(
    options: Omit<HttpOptions, "clock" | "onError">,
    allowed: readonly number[],
  ): Promise<Victim> {
    const errors: unknown[] = [];
    const onError = (error: unknown): void => void errors.push(error);
    const started = await listen("127.0.0.1:0", { ...options, clock: systemClock, onError });
    if (!started.ok) throw started.error;
    return new Victim(started.value, errors, allowed);
  }

  get port(): number {
    return this.server.address.port;
  }

  close(): Promise<void> {
    return this.server.close();
  }

  /** Sends bytes as they are, and the end of them, and returns what came back until the server closed. */
  say(bytes: Uint8Array): Promise<string> {
    return new Promise((resolve) => {
      const socket = connect(this.port, "127.0.0.1");
      let heard = "";
      socket.on("data", (chunk) => (heard += chunk.toString("latin1")));
      socket.on("error", () => undefined);
      socket.on("close", () => resolve(heard));
      socket.end(bytes);
    });
  }

  /** Sends bytes: throws unless they are answered in HTTP or the connection is closed, and no handler failed. */
  async judge(bytes: Uint8Array): Promise<void> {
    const heard = await this.say(bytes);
    assert.match(heard, /^(HTTP\/1\.1 \d{3} |$)/);
    for (const status of statuses(heard)) assert.ok(this.allowed.includes(status), `status ${status}`);
    assert.doesNotMatch(heard, /node_modules|node:internal|\.ts:\d+/);
    assert.deepEqual(this.errors, []);
  }
}

/** The status codes of the answers in a text; bodies of the server have no line that looks like one. */
export function statuses(heard: string): readonly number[] {
  return [...heard.matchAll(/HTTP\/1\.1 (\d{3}) /g)].map(([, code]) => Number(code));
}
