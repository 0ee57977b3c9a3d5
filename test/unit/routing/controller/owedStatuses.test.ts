import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";

import { EntryShare, RoutemapEntry } from "../../../../src/routing/controller/entry.js";
import { OwedStatuses } from "../../../../src/routing/controller/owedStatuses.js";
import { names } from "../../../../src/routing/names.js";
import { FakeClock } from "../../../support/fakeClock.js";

const share = new EntryShare(() => undefined);

function entry(name: string): RoutemapEntry {
  const metadata = { name, namespace: "shop", uid: `uid-${name}`, resourceVersion: "1" };
  return new RoutemapEntry({ apiVersion: "v1", kind: "ConfigMap", metadata }, share);
}

const status = (text: string) => ({ [names.status]: text, [names.ready]: "True" }) as const;

describe("statuses that have to wait", () => {
  let clock: FakeClock;
  let busy: boolean;
  let written: string[];
  let atOnce: number;
  let most: number;
  let owed: OwedStatuses;
  let stop: AbortController;
  let running: Promise<void>;

  beforeEach(() => {
    clock = new FakeClock();
    busy = true;
    written = [];
    [atOnce, most] = [0, 0];
    stop = new AbortController();
    owed = new OwedStatuses(
      clock,
      () => busy,
      async ({ name, uid }, annotations) => {
        owed.drop(uid);
        most = Math.max(most, (atOnce += 1));
        await Promise.resolve();
        atOnce -= 1;
        written.push(`${name} ${annotations[names.status]}`);
      },
    );
    running = owed.run(stop.signal);
  });
  afterEach(async () => {
    stop.abort();
    await running;
  });

  it("are written as soon as nobody is busy, the newest of each routemap", async () => {
    owed.put(entry("a"), status("one"), 0);
    owed.put(entry("b"), status("one"), 0);
    owed.put(entry("a"), status("two"), 0);
    await clock.advance(1000);
    expect(written).toEqual([]);
    busy = false;
    await clock.advance(50);
    expect(written).toEqual(["a two", "b one"]);
  });

  it("wait five seconds at most, however busy all are, and however often they change", async () => {
    owed.put(entry("a"), status("one"), 0);
    await clock.advance(4000);
    owed.put(entry("a"), status("two"), 0);
    await clock.advance(900);
    expect(written).toEqual([]);
    await clock.advance(150);
    expect(written).toEqual(["a two"]);
  });

  it("wait until the routemap's last status is old enough", async () => {
    busy = false;
    owed.put(entry("a"), status("one"), clock.monotonic() + 700);
    await clock.advance(650);
    expect(written).toEqual([]);
    await clock.advance(100);
    expect(written).toEqual(["a one"]);
  });

  it("are not written once they are dropped", async () => {
    owed.put(entry("a"), status("one"), 0);
    owed.drop("uid-a");
    busy = false;
    await clock.advance(10_000);
    expect(written).toEqual([]);
  });

  it("are written eight at a time", async () => {
    for (let index = 0; index < 30; index += 1) owed.put(entry(`app${index}`), status("one"), 0);
    busy = false;
    await clock.advance(100);
    expect([written.length, most]).toEqual([30, 8]);
  });
});
