import { describe, expect, test } from "@jest/globals";

import { settle, FakeClock } from "../../../support/fakeClock.js";
import { MadeDetail } from "../../../support/dashboard/madeDetail.js";
import { MadeModel } from "../../../support/dashboard/madeModel.js";
import { madeSummary } from "../../../support/dashboard/madeSummary.js";
import type { Access } from "../../../../src/server/readApi/authorizer.js";
import type { Following } from "../../../../src/server/readApi/stream.js";
import { Streams } from "../../../../src/server/readApi/stream.js";

class Client {
  readonly gone = new AbortController();
  readonly texts: string[] = [];
  waiting = 0;
  end: "open" | "ended" | "cut" = "open";

  readonly sink = {
    write: (text: string) => void this.texts.push(text),
    waitingBytes: () => this.waiting,
    get waiting() {
      return this.waitingBytes();
    },
    end: () => this.leave("ended"),
    cut: () => this.leave("cut"),
  };

  leave(end: "ended" | "cut"): void {
    this.end = end;
    this.gone.abort();
  }

  get events(): readonly string[] {
    return this.texts.map((text) => /^event: (\w+)\ndata: .*\n\n$/s.exec(text)?.[1] ?? `malformed ${text}`);
  }

  data(index: number): unknown {
    return JSON.parse(/^data: (.*)$/m.exec(this.texts.at(index) ?? "")?.[1] ?? "null");
  }
}

function world() {
  const clock = new FakeClock();
  const model = new MadeModel();
  const errors: unknown[] = [];
  const streams = new Streams({ model, changes$: model.changes$, clock, onError: (error) => errors.push(error) });
  const state = { access: { type: "allowed" } as Access };
  const connect = (following: Following = {}): Client => {
    const client = new Client();
    streams.reply(following, () => Promise.resolve(state.access)).stream(client.sink, client.gone.signal);
    return client;
  };
  return { clock, model, errors, streams, state, connect };
}

describe("a stream", () => {
  test("says hello, and tells changed and gone summaries of its namespace only", () => {
    const { model, connect } = world();
    const client = connect({ namespace: "shop" });
    const mine = madeSummary("a");
    model.change(mine, madeSummary("b", { namespace: "other" }));
    model.changes.next([{ type: "gone", uid: mine.uid, summary: mine }]);
    model.change(madeSummary("c", { namespace: "other" }));
    expect(client.events).toEqual(["hello", "summaries", "summaries"]);
    expect(client.data(1)).toEqual({ changed: [mine], gone: [] });
    expect(client.data(2)).toEqual({ changed: [], gone: [mine.uid] });
  });

  test("what was looked at and is the same is not told", () => {
    const { model, connect } = world();
    const client = connect();
    const summary = madeSummary("a");
    model.changes.next([{ type: "same", uid: summary.uid, summary }]);
    expect(client.events).toEqual(["hello"]);
  });

  test("more than a hundred changes at once are told as one", () => {
    const { model, connect } = world();
    const client = connect();
    model.change(...Array.from({ length: 101 }, (_, index) => madeSummary(`m${index}`)));
    expect(client.events).toEqual(["hello", "reload"]);
  });

  test("follows one routemap as a whole, through changes that its summary does not show, to its end", () => {
    const { model, connect } = world();
    const { detail } = new MadeDetail();
    model.details.set("shop/checkout", detail);
    const client = connect({ namespace: "shop", name: "checkout" });
    const summary = madeSummary("checkout");
    model.changes.next([{ type: "same", uid: summary.uid, summary }]);
    model.change(madeSummary("other"));
    model.details.clear();
    model.changes.next([{ type: "gone", uid: summary.uid, summary }]);
    expect(client.events).toEqual(["hello", "routemap", "routemap", "gone"]);
    expect(client.data(1)).toMatchObject({ explanation: { name: "checkout" } });
  });

  test("beats every ten seconds, and keeps the model awake", async () => {
    const { clock, model, connect } = world();
    const client = connect();
    await clock.advance(30_000);
    expect(client.events).toEqual(["hello", "beat", "beat", "beat"]);
    expect(model.attended).toBe(4);
  });

  test("ends at the next beat once the client may not see it any more; an API server that is away ends nothing", async () => {
    const { clock, state, connect } = world();
    const client = connect();
    state.access = { type: "unavailable", message: "away" };
    await clock.advance(10_000);
    expect([client.end, client.events.at(-1)]).toEqual(["open", "beat"]);
    state.access = { type: "unauthenticated", message: "expired" };
    await clock.advance(10_000);
    expect([client.end, client.events.at(-1)]).toEqual(["ended", "refused"]);
    expect(clock.pending).toBe(0);
  });

  test("a client that does not read is cut", () => {
    const { model, connect } = world();
    const client = connect();
    client.waiting = 2 ** 20 + 1;
    model.change(madeSummary("a"));
    expect([client.end, client.events]).toEqual(["cut", ["hello"]]);
  });

  test("a client that has gone leaves nothing behind", async () => {
    const { clock, model, connect } = world();
    const client = connect();
    client.gone.abort();
    expect([clock.pending, model.changes.observed]).toEqual([0, false]);
    await settle();
    expect(client.events).toEqual(["hello"]);
  });

  test("there is room for 32, and again when one goes", () => {
    const { streams, connect } = world();
    const clients = Array.from({ length: 32 }, () => connect());
    expect(streams.full).toBe(true);
    clients[0]?.gone.abort();
    expect(streams.full).toBe(false);
  });

  test("an explanation that fails is told to us, and the stream goes on", async () => {
    const { clock, model, errors, connect } = world();
    model.failure = new Error("a bug");
    const client = connect({ namespace: "shop", name: "checkout" });
    await clock.advance(10_000);
    expect(errors.map(String)).toEqual(["Error: a bug", "Error: a bug"]);
    expect(client.events).toEqual(["hello", "beat"]);
  });
});
