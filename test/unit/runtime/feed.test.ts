import { describe, expect, test } from "@jest/globals";
import { Subject } from "rxjs";

import { seededRandom } from "../../../src/base/random.js";
import type { KeyEvent } from "../../../src/runtime/feed.js";
import { feed } from "../../../src/runtime/feed.js";
import { WorkQueue } from "../../../src/runtime/queue.js";
import { FakeClock } from "../../support/fakeClock.js";

function bench() {
  const queue = new WorkQueue<string>({ clock: new FakeClock(), random: seededRandom(1) });
  const keys$ = new Subject<KeyEvent<string>>();
  const stop = new AbortController();
  return { queue, keys$, stop, fed: feed(keys$, queue, stop.signal) };
}

describe("feed", () => {
  test("adds each key and ends with the stream", async () => {
    const { queue, keys$, fed } = bench();
    keys$.next({ key: "a", class: "spec" });
    keys$.next({ key: "b", class: "spec" });
    keys$.next({ key: "a", class: "deletion" });
    expect(queue.depth).toBe(2);
    keys$.complete();
    await fed;
  });

  test("stops listening when the signal aborts", async () => {
    const { queue, keys$, stop, fed } = bench();
    stop.abort();
    await fed;
    expect(keys$.observed).toBe(false);
    keys$.next({ key: "a", class: "spec" });
    expect(queue.depth).toBe(0);
  });

  test("does not listen at all where the signal has aborted before", async () => {
    const { queue, keys$, stop } = bench();
    stop.abort();
    await feed(keys$, queue, stop.signal);
    expect(keys$.observed).toBe(false);
  });

  test("rejects when the stream fails", async () => {
    const { keys$, fed } = bench();
    keys$.error(new Error("broken"));
    await expect(fed).rejects.toThrow("broken");
  });
});
