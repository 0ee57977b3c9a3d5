import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";

import { seededRandom } from "../../../src/base/random.js";
import { Recording } from "../../faults/proxy/recording.js";
import { readRequest } from "../../faults/proxy/request.js";
import { RuleBook } from "../../faults/proxy/rules.js";

const deployment = readRequest("PATCH", "/apis/apps/v1/namespaces/shop/deployments/v2?fieldManager=us", {}, "{}");
const service = readRequest("GET", "/api/v1/namespaces/shop/services/v2", {}, "");

function book(): RuleBook<string> {
  return new RuleBook<string>(seededRandom(1));
}

describe("a rule", () => {
  it("strikes what agrees with everything that it names, and nothing else", () => {
    const rules = book();
    rules.add(
      { verb: ["patch", "update"], group: "apps", resource: "deployments", namespace: "shop", name: "v2" },
      "a",
    );
    expect(rules.take({ request: deployment })?.fault).toBe("a");
    expect(rules.take({ request: service })).toBeUndefined();
    expect(rules.take({ request: { ...deployment, subresource: "status" } })?.fault).toBe("a");
    expect(rules.take({ request: { ...deployment, name: "v1" } })).toBeUndefined();
    expect(rules.take({ request: { ...deployment, verb: "delete" } })).toBeUndefined();
  });

  it("takes the name of an event's object, not that of the request", () => {
    const rules = book();
    rules.add({ name: "v3" }, "a");
    expect(rules.take({ request: deployment, event: { type: "ADDED", name: "v3" } })?.fault).toBe("a");
    expect(rules.take({ request: deployment, event: { type: "ADDED", name: "v2" } })).toBeUndefined();
  });

  it("begins with the nth that matches and ends after so many", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 20 }), fc.integer({ min: 1, max: 20 }), (nth, times) => {
        const rules = book();
        const rule = rules.add({ resource: "deployments", nth }, "a", { times });
        const struck = Array.from({ length: 50 }, () => {
          rules.take({ request: service });
          return rules.take({ request: deployment }) !== undefined;
        });
        expect(struck.indexOf(true)).toBe(nth - 1);
        expect(struck.filter(Boolean)).toHaveLength(times);
        expect(struck.lastIndexOf(true)).toBe(nth + times - 2);
        expect(rule.hits).toBe(times);
      }),
    );
  });

  it("strikes the share it is told, the same ones for the same seed", () => {
    const draw = (seed: number): string => {
      const rules = new RuleBook<string>(seededRandom(seed));
      rules.add({}, "a", { chance: 0.3 });
      return Array.from({ length: 1000 }, () => (rules.take({ request: service }) === undefined ? "." : "x")).join("");
    };
    expect(draw(7)).toBe(draw(7));
    expect(draw(7)).not.toBe(draw(8));
    const share = draw(7).replaceAll(".", "").length / 1000;
    expect(share).toBeGreaterThan(0.2);
    expect(share).toBeLessThan(0.4);
  });

  it("of several the oldest strikes, then the next that had no turn yet", () => {
    const rules = book();
    const first = rules.add({}, "first");
    rules.add({}, "second");
    expect(rules.take({ request: service })).toBe(first);
    expect(rules.take({ request: service }, new Set([first]))?.fault).toBe("second");
    first.remove();
    expect(rules.take({ request: service })?.fault).toBe("second");
    rules.clear();
    expect(rules.take({ request: service })).toBeUndefined();
  });

  it("that is released lets go what it held in order and strikes no more", () => {
    const rules = book();
    const rule = rules.add({}, "hold");
    const order: number[] = [];
    rule.whenReleased(() => order.push(1));
    rule.whenReleased(() => order.push(2));
    rule.release();
    rule.release();
    expect(order).toEqual([1, 2]);
    expect(rules.take({ request: service })).toBeUndefined();
  });
});

describe("a recording", () => {
  it("numbers writes, counts those of a kind, and leaves reads out", async () => {
    const told: string[] = [];
    const recording = new Recording((write, point) => {
      told.push(`${write.number} ${point}`);
      return Promise.resolve("on");
    });
    expect(recording.begin(service)).toBeUndefined();
    const first = recording.begin(deployment);
    const second = recording.begin({ ...deployment, name: "v1" });
    const third = recording.begin(deployment);
    expect([first, second, third].map((write) => write?.number)).toEqual([1, 2, 3]);
    expect(third?.key).toBe(first?.key.replace("#1", "#2"));
    expect(second?.key.endsWith("#1")).toBe(true);
    expect(await recording.at(undefined, "before")).toBe("on");
    await recording.at(third, "stored");
    expect(told).toEqual(["3 stored"]);
  });
});
