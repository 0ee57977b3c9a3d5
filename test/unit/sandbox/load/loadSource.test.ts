import { describe, expect, test } from "@jest/globals";

import { seededRandom } from "../../../../src/base/random.js";
import type { LoadOptions } from "../../../../src/sandbox/load/loadSource.js";
import { LoadSource } from "../../../../src/sandbox/load/loadSource.js";
import type { Outcome } from "../../../../src/sandbox/load/outcome.js";
import type { Carrier } from "../../../../src/sandbox/load/senders.js";
import { FakeClock } from "../../../support/fakeClock.js";

const shapes = [{ protocol: "http1", host: "app.example.com" }] as const;
const answered: Outcome = { kind: "answered", version: "v1", pod: "a" };

/** Keeps requests until told what became of them; those whose time is over end by themselves. */
class Held implements Carrier {
  readonly ids: string[] = [];
  readonly headers: Readonly<Record<string, string>>[] = [];
  readonly open: ((outcome: Outcome) => void)[] = [];
  isClosed = false;

  send: Carrier["send"] = (_shape, { id, headers }, signal) => {
    this.ids.push(id);
    this.headers.push(headers);
    return new Promise((resolve) => {
      this.open.push(resolve);
      signal.addEventListener("abort", () => resolve({ kind: "lost", reason: "timeout" }));
    });
  };

  close(): void {
    this.isClosed = true;
  }
}

function load(over: Partial<LoadOptions> = {}): { clock: FakeClock; carrier: Held; source: LoadSource } {
  const clock = new FakeClock();
  const carrier = new Held();
  const source = new LoadSource({ clock, carrier, random: seededRandom(3), rate: 100, shapes, ...over });
  return { clock, carrier, source };
}

describe("a load source", () => {
  test("sends at its rate although nothing is answered, each request with a label of its own", async () => {
    const { clock, carrier, source } = load();
    source.start();
    await clock.advance(1_000);
    expect(carrier.ids).toHaveLength(100);
    expect(new Set(carrier.ids).size).toBe(100);
    expect(carrier.headers.map((headers) => headers["x-request-id"])).toEqual(carrier.ids);
    expect(source.underWay).toBe(100);
    for (const answer of carrier.open) answer(answered);
    expect(await source.stop()).toMatchObject({ total: 100, answered: 100, lost: 0 });
  });

  test("waits at its stop for what is under way, sends nothing more, and then closes its connections", async () => {
    const { clock, carrier, source } = load();
    source.start();
    await clock.advance(50);
    const sent = carrier.ids.length;
    let isOver = false;
    const stopping = source.stop().then((summary) => {
      isOver = true;
      return summary;
    });
    await clock.advance(1_000);
    expect([carrier.ids.length, isOver, carrier.isClosed]).toEqual([sent, false, false]);
    for (const answer of carrier.open) answer(answered);
    expect((await stopping).total).toBe(sent);
    expect(carrier.isClosed).toBe(true);
    expect(clock.pending).toBe(0);
  });

  test("gives up requests whose time is over, later those that are held", async () => {
    const held = [{ protocol: "http1", host: "a", holdMs: 500 }] as const;
    for (const [options, ms] of [
      [{ timeoutMs: 200 }, 200],
      [{ timeoutMs: 200, shapes: held }, 700],
    ] as const) {
      const { clock, source } = load({ jitter: 0, rate: 1, ...options });
      source.start();
      await clock.advance(ms - 1);
      expect(source.summary().total).toBe(0);
      await clock.advance(1);
      expect(source.summary()).toMatchObject({ lost: 1, lostByReason: { timeout: 1 } });
      expect(source.summary().losses).toMatchObject([{ sentAt: 0, lostAt: ms }]);
      await source.stop();
    }
  });

  test("counts what it does not dare to send as lost", async () => {
    const { clock, carrier, source } = load({ maxUnderWay: 10 });
    source.start();
    await clock.advance(500);
    expect(carrier.ids).toHaveLength(10);
    expect(source.summary().lostByReason).toEqual({ "not sent": 40 });
    for (const answer of carrier.open) answer(answered);
    await source.stop();
  });

  test("asks for the hold by a header, and counts latency from when a request was due", async () => {
    const { clock, carrier, source } = load({ shapes: [{ protocol: "h2c", host: "a", holdMs: 300 }], jitter: 0 });
    source.start();
    await clock.advance(0);
    expect(carrier.headers).toMatchObject([{ "x-hold-ms": "300" }]);
    await clock.advance(9);
    for (const answer of carrier.open) answer(answered);
    expect((await source.stop()).latency.max).toBe(9);
  });
});
