import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";

import { seededRandom } from "../../../src/base/random.js";
import { ByteLines } from "../../faults/proxy/byteLines.js";
import type { Step } from "../../faults/proxy/eventFaults.js";
import { cutPoint, EventFaults } from "../../faults/proxy/eventFaults.js";
import type { EventFault } from "../../faults/proxy/fault.js";
import { readRequest } from "../../faults/proxy/request.js";
import type { Match } from "../../faults/proxy/rules.js";
import { RuleBook } from "../../faults/proxy/rules.js";
import { FakeClock } from "../../support/fakeClock.js";

const request = readRequest("GET", "/api/v1/services?watch=true", {}, "");

function line(name: string, type = "MODIFIED"): Buffer {
  return Buffer.from(`${JSON.stringify({ type, object: { metadata: { name } } })}\n`);
}

/** Lines through a watch with one rule, as the names that come out; "|" a break, "." an end in order. */
function watch(match: Match, fault: EventFault, times?: number) {
  const rules = new RuleBook<EventFault>(seededRandom(1));
  const clock = new FakeClock();
  const rule = rules.add(match, fault, times === undefined ? {} : { times });
  let out = "";
  const show = (steps: readonly Step[]): void => {
    for (const step of steps) out += step.kind === "send" ? nameIn(step.bytes) : step.kind === "break" ? "|" : ".";
  };
  const faults = new EventFaults(rules, request, clock, show);
  const take = (...names: readonly string[]): string => {
    for (const name of names) show(faults.take(line(name)));
    return out;
  };
  return { take, rule, faults, clock, out: () => out };
}

function nameIn(bytes: Buffer): string {
  return /"name":"(\w+)"/.exec(bytes.toString())?.[1] ?? (bytes.toString().includes("ERROR") ? "E" : "~");
}

describe("the events of a watch", () => {
  it("come through as they are where no rule is for them", () => {
    expect(watch({ name: "x" }, { kind: "drop" }).take("a", "b", "c")).toBe("abc");
  });

  it("can be dropped, doubled and swapped", () => {
    expect(watch({ name: "b" }, { kind: "drop" }).take("a", "b", "c")).toBe("ac");
    expect(watch({ name: "b" }, { kind: "duplicate" }).take("a", "b", "c")).toBe("abbc");
    expect(watch({ name: "b" }, { kind: "swap" }).take("a", "b", "c", "d")).toBe("acbd");
    expect(watch({}, { kind: "swap" }).take("a", "b", "c", "d")).toBe("badc");
  });

  it("that were swapped come after a while if no other comes, and before a bookmark", async () => {
    const lonely = watch({ name: "a" }, { kind: "swap" });
    expect(lonely.take("a")).toBe("");
    await lonely.clock.advance(250);
    expect(lonely.out()).toBe("a");
    const { faults } = watch({ name: "a" }, { kind: "swap" });
    expect(faults.take(line("a"))).toEqual([]);
    const names = faults.take(line("z", "BOOKMARK")).map((step) => (step.kind === "send" ? nameIn(step.bytes) : ""));
    expect(names).toEqual(["a", "z"]);
  });

  it("can be held and come in order once they are released, after those that overtook them", () => {
    const { take, rule, out } = watch({ name: "b" }, { kind: "hold" });
    expect(take("a", "b", "c", "b")).toBe("ac");
    rule.release();
    expect(out()).toBe("acbb");
    expect(take("b")).toBe("acbbb");
  });

  it("can be cut before, within and in the middle of a character, and then nothing more comes", () => {
    expect(watch({ nth: 2 }, { kind: "cut", where: "before" }).take("a", "b", "c")).toBe("a|");
    expect(watch({ nth: 2 }, { kind: "cut", where: "mid-line" }).take("a", "b", "c")).toBe("a~|");
  });

  it("can be replaced by an ERROR with a Status, which ends the watch in order", () => {
    const { faults } = watch({}, { kind: "error", code: 410 });
    const [sent, end] = faults.take(line("a"));
    expect(sent?.kind === "send" ? JSON.parse(sent.bytes.toString()) : undefined).toMatchObject({
      type: "ERROR",
      object: { kind: "Status", code: 410, reason: "Expired" },
    });
    expect(end).toEqual({ kind: "end" });
    expect(faults.take(line("b"))).toEqual([]);
  });

  it("can stop to come while the connection stays open", () => {
    expect(watch({ name: "b" }, { kind: "half-open" }, 1).take("a", "b", "c", "a")).toBe("a");
  });
});

describe("the point of a cut", () => {
  it("lies within the line, and for a character within its bytes", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), fc.constantFrom("mid-line", "mid-character"), (note, where) => {
        const bytes = Buffer.from(`${JSON.stringify({ note })}\n`);
        const head = bytes.subarray(0, cutPoint(bytes, where));
        expect(head.length).toBeGreaterThan(0);
        expect(head.length).toBeLessThan(bytes.length);
        const isWide = bytes.some((byte) => byte >= 0xc2);
        if (where === "mid-character" && isWide) expect(head.toString()).toContain("\ufffd");
      }),
    );
  });
});

describe("bytes", () => {
  it("become the same lines wherever the chunks are cut", () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: "grapheme" })), fc.array(fc.nat(40)), (texts, cuts) => {
        const wanted = texts.map((text) => `${text.replaceAll("\n", "")}\n`);
        const bytes = Buffer.from(wanted.join(""));
        const lines = new ByteLines();
        const found: string[] = [];
        let start = 0;
        for (const length of [...cuts, bytes.length]) {
          for (const whole of lines.push(bytes.subarray(start, start + length))) found.push(whole.toString());
          start += length;
        }
        expect(found).toEqual(wanted);
      }),
    );
  });
});
