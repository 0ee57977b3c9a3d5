import { mkdir, mkdtemp, rename, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";

import type { ConfigResult } from "../../../src/config/load.js";
import { loadConfig, watchConfig } from "../../../src/config/load.js";
import { FakeClock, settle } from "../../support/fakeClock.js";

let folder = "";
let file = "";

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "pointsman-config-"));
  file = join(folder, "config.yaml");
});

afterEach(() => rm(folder, { recursive: true }));

describe("loadConfig", () => {
  test("reads a file", async () => {
    await writeFile(file, "defaultResync: 1h");
    const result = await loadConfig(file);
    expect(result.ok && result.value.defaultResync).toBe(3_600_000);
  });

  test("a file that is not there is a problem, not an exception", async () => {
    const result = await loadConfig(file);
    expect(result.ok ? [] : result.error).toEqual([
      {
        path: "",
        message: expect.stringContaining("cannot read the file: ENOENT"),
        fix: "see to it that the file is there and may be read",
      },
    ]);
  });
});

describe("watchConfig", () => {
  function watched() {
    const clock = new FakeClock();
    const stop = new AbortController();
    const seen: (number | string)[] = [];
    let completed = false;
    const subscription = watchConfig(file, clock, stop.signal).subscribe({
      next: (result: ConfigResult) =>
        seen.push(result.ok ? result.value.defaultResync : (result.error[0]?.message ?? "")),
      complete: () => (completed = true),
    });
    /** Moves time on until `count` results are there; file reads need real turns of the event loop. */
    const until = async (count: number): Promise<void> => {
      for (let turn = 0; turn < 2000 && seen.length < count; turn++) {
        await settle();
        if (clock.pending > 0) await clock.advance(2000);
      }
      expect(seen).toHaveLength(count);
    };
    /** Lets `rounds` polls pass. */
    const polls = async (rounds: number): Promise<void> => {
      for (let round = 0; round < rounds;) {
        await settle();
        if (clock.pending === 0) continue;
        await clock.advance(2000);
        round++;
      }
    };
    return { clock, stop, seen, until, polls, subscription, completed: () => completed };
  }

  test("emits the present configuration, then each change of the content, and nothing for a mere touch", async () => {
    await writeFile(file, "defaultResync: 1s");
    const { until, polls, seen, stop } = watched();
    await until(1);
    await writeFile(file, "defaultResync: 1s");
    await polls(3);
    await writeFile(file, "defaultResync: 2s");
    await until(2);
    expect(seen).toEqual([1000, 2000]);
    stop.abort();
  });

  test("emits problems of a wrong or missing file, and the configuration once it is right again", async () => {
    await writeFile(file, "defaultResync: 1s");
    const { until, seen, stop } = watched();
    await until(1);
    await writeFile(file, "banana: 1");
    await until(2);
    await rm(file);
    await until(3);
    await writeFile(file, "defaultResync: 1s");
    await until(4);
    expect(seen).toEqual([1000, 'unknown key "banana"', expect.stringContaining("ENOENT"), 1000]);
    stop.abort();
  });

  test("sees a mounted ConfigMap change, which swaps a symbolic link to a folder", async () => {
    const write = async (name: string, text: string): Promise<void> => {
      await mkdir(join(folder, name));
      await writeFile(join(folder, name, "config.yaml"), text);
      await symlink(name, join(folder, "..data_tmp"));
      await rename(join(folder, "..data_tmp"), join(folder, "..data"));
    };
    await write("..first", "defaultResync: 1s");
    await symlink(join("..data", "config.yaml"), file);
    const { until, seen, stop } = watched();
    await until(1);
    await write("..second", "defaultResync: 2s");
    await until(2);
    expect(seen).toEqual([1000, 2000]);
    stop.abort();
  });

  test("takes no notice of a file that is half written", async () => {
    await writeFile(file, "defaultResync: 1s");
    const { clock, until, seen, stop } = watched();
    await until(1);
    while (clock.pending === 0) await settle();
    await writeFile(file, "");
    const read = clock.pending;
    await clock.advance(2000);
    while (clock.pending < read) await settle();
    await writeFile(file, "defaultResync: 2s");
    await until(2);
    expect(seen).toEqual([1000, 2000]);
    stop.abort();
  });

  test("ends with the signal, and stops reading when nobody listens", async () => {
    await writeFile(file, "");
    const first = watched();
    await first.until(1);
    first.stop.abort();
    for (let turn = 0; turn < 2000 && !first.completed(); turn++) await settle();
    expect(first.completed()).toBe(true);
    expect(first.clock.pending).toBe(0);
    const second = watched();
    await second.until(1);
    second.subscription.unsubscribe();
    await settle();
    expect(second.clock.pending).toBe(0);
  });
});
