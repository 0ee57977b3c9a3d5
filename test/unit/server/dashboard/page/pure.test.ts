import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";

import type { Json } from "../../../../../src/base/json.js";
import { chartData } from "../../../../../src/server/dashboard/page/chartData.js";
import {
  decodeDetail,
  decodeEvent,
  decodeList,
  decodeProblem,
} from "../../../../../src/server/dashboard/page/decode.js";
import { EventParser } from "../../../../../src/server/dashboard/page/eventParser.js";
import {
  fieldsText,
  percentText,
  reasonText,
  relativeText,
  shares,
  spanText,
} from "../../../../../src/server/dashboard/page/format.js";
import { listPlace, readPlace, routemapPlace } from "../../../../../src/server/dashboard/page/place.js";
import { differences, diffRoute } from "../../../../../src/server/dashboard/page/routeDiff.js";
import { rowWindow } from "../../../../../src/server/dashboard/page/rowWindow.js";
import { MadeDetail } from "../../../../support/dashboard/madeDetail.js";
import { madeSummary } from "../../../../support/dashboard/madeSummary.js";

const runs = { seed: 11, numRuns: 300 };

describe("server-sent events", () => {
  const event = fc.record({ type: fc.stringMatching(/^[a-z]{1,8}$/), data: fc.json() });

  test("are the same however the stream is cut into pieces", () => {
    fc.assert(
      fc.property(fc.array(event), fc.integer({ min: 1, max: 30 }), (events, size) => {
        const text = events.map(({ type, data }) => `event: ${type}\ndata: ${data}\n\n`).join("");
        const parser = new EventParser();
        const found = [];
        for (let at = 0; at < text.length; at += size) found.push(...parser.take(text.slice(at, at + size)));
        expect(found).toEqual(events);
      }),
      runs,
    );
  });

  test("comments and events without data are left out", () => {
    expect(new EventParser().take(": hello\n\nevent: x\n\ndata: 1\r\ndata: 2\r\n\r\n")).toEqual([
      { type: "message", data: "1\n2" },
    ]);
  });
});

describe("what arrives", () => {
  const values = fc.oneof(
    fc.json().map((text): unknown => JSON.parse(text)),
    fc.anything(),
  );

  test("is taken or refused, and never thrown over", () => {
    fc.assert(
      fc.property(values, fc.constantFrom("hello", "summaries", "routemap", "refused", "new"), (value, type) => {
        decodeList(value);
        decodeDetail(value);
        decodeEvent(type, value);
        expect(decodeProblem(500, value).message).not.toBe("");
      }),
      runs,
    );
  });

  test("is taken as the controller sends it", () => {
    const { detail } = new MadeDetail();
    const changed = [madeSummary("a")];
    expect(decodeEvent("routemap", detail)).toEqual({ type: "routemap", detail });
    expect(decodeEvent("summaries", { changed, gone: ["u"] })).toEqual({ type: "summaries", changed, gone: ["u"] });
    expect(decodeEvent("refused", { message: "no" })).toEqual({ type: "refused", message: "no" });
    expect(decodeProblem(403, { detail: "no", fix: "do" })).toEqual({ status: 403, message: "no", fix: "do" });
  });
});

describe("the difference of two routes", () => {
  const value = fc.jsonValue({ maxDepth: 4 }) as fc.Arbitrary<Json>;

  test("is none of a route and itself", () => {
    fc.assert(
      fc.property(value, (route) => {
        expect(diffRoute(route, structuredClone(route)).filter(({ mark }) => mark !== "same")).toEqual([]);
      }),
      runs,
    );
  });

  test("is some where a field that is wanted is not stored so", () => {
    fc.assert(
      fc.property(fc.dictionary(fc.stringMatching(/^[a-z]{1,5}$/), fc.integer(), { minKeys: 1 }), (fields) => {
        const [key = ""] = Object.keys(fields);
        const { [key]: was = 0, ...others } = fields;
        expect(differences(diffRoute(fields, others))).toBe(1);
        expect(differences(diffRoute(fields, { ...fields, [key]: was + 1 }))).toBe(2);
        expect(differences(diffRoute(others, fields))).toBe(0);
      }),
      runs,
    );
  });

  test("shows both values, and what nobody asked for apart", () => {
    const desired = { spec: { rules: [{ backendRefs: [{ name: "v1", weight: 100 }] }] } };
    const stored = {
      spec: { rules: [{ backendRefs: [{ name: "v1", weight: 80, kind: "Service" }, { name: "v2" }] }] },
    };
    const text = diffRoute(desired, stored).map(
      ({ mark, depth, text: line }) => `${mark} ${"  ".repeat(depth)}${line}`,
    );
    expect(text).toEqual([
      "same spec:",
      "same   rules:",
      "same     - backendRefs:",
      "same         - name: v1",
      "stored           weight: 80",
      "wanted           weight: 100",
      "extra           kind: Service",
      "stored         - name: v2",
    ]);
  });
});

describe("rows in view", () => {
  test("cover what is visible, stay within the list, and are few", () => {
    const size = fc.integer({ min: 0, max: 20_000 });
    fc.assert(
      fc.property(
        size,
        fc.integer({ min: 1, max: 2_000 }),
        fc.integer({ min: 20, max: 120 }),
        size,
        (top, view, row, count) => {
          const { first, end } = rowWindow(top, view, row, count);
          expect(first).toBeGreaterThanOrEqual(0);
          expect(end).toBeLessThanOrEqual(count);
          expect(end - first).toBeLessThanOrEqual(Math.ceil(view / row) + 18);
          for (let index = Math.ceil(top / row); index * row < top + view && index < count; index += 1)
            expect(index >= first && index < end).toBe(true);
        },
      ),
      runs,
    );
  });
});

describe("the chart's data", () => {
  test("holds the last weights until now, and knows no shares where nothing was confirmed", () => {
    const common = { versions: ["v1", "v2"] };
    const history = [
      { at: 1_000, ...common, wanted: [1, 1], stored: [1, 0] },
      { at: 3_000, ...common, wanted: [1, 1], stored: [1, 1], confirmed: [1, 1] },
    ];
    expect(chartData(history, "stored", 9_000)).toEqual({
      versions: ["v1", "v2"],
      times: [1, 3, 9],
      shares: [
        [100, 50, 50],
        [0, 50, 50],
      ],
    });
    expect(chartData(history, "confirmed", 9_000).shares).toEqual([
      [null, 50, 50],
      [null, 50, 50],
    ]);
    expect(chartData([], "stored", 9_000)).toEqual({ versions: [], times: [], shares: [] });
  });

  test("a version that came later had nothing before", () => {
    const history = [
      { at: 0, versions: ["v1"], wanted: [1], stored: [1] },
      { at: 1_000, versions: ["v1", "v2"], wanted: [3, 1], stored: [3, 1] },
    ];
    expect(chartData(history, "stored", 1_000).shares).toEqual([
      [100, 75],
      [0, 25],
    ]);
  });
});

describe("words", () => {
  test("shares sum up to a hundred, or are nothing at all", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 1_000 })), (weights) => {
        const sum = shares(weights).reduce((total, share) => total + share, 0);
        if (weights.some((weight) => weight > 0)) expect(sum).toBeCloseTo(100);
        else expect(sum).toBe(0);
      }),
      runs,
    );
  });

  test.each([
    [0, "0 s"],
    [12_400, "12 s"],
    [150_000, "3 min"],
    [7_200_000, "2 h"],
    [400_000_000, "5 d"],
  ])("%d ms are %s", (ms, text) => expect(spanText(ms)).toBe(text));

  test("percentages, times, reasons and fields are for people", () => {
    expect([0, 0.25, 9.96, 33.33, 100].map(percentText)).toEqual(["0 %", "0.3 %", "10 %", "33 %", "100 %"]);
    expect(relativeText("2030-01-01T00:00:00Z", Date.UTC(2030, 0, 1, 0, 0, 12))).toBe("12 s ago");
    expect(relativeText(5_000, 0)).toBe("in 5 s");
    expect(relativeText("nonsense", 0)).toBe("");
    expect(["GatewayNotReady", "NoCRD", "ready"].map(reasonText)).toEqual(["Gateway not ready", "No CRD", "ready"]);
    expect(fieldsText({ message: "all is well", generation: 3 })).toBe("all is well · generation 3");
  });

  test("an address leads back to what it was made of", () => {
    const name = fc.stringMatching(/^[a-z0-9]([-a-z0-9.]{0,20}[a-z0-9])?$/);
    fc.assert(
      fc.property(name, name, (namespace, routemap) => {
        expect(readPlace(routemapPlace({ namespace, name: routemap })).routemap).toEqual({ namespace, name: routemap });
        expect(readPlace(listPlace(namespace))).toEqual({ namespace });
      }),
      runs,
    );
    expect(readPlace("")).toEqual({ namespace: "" });
    expect(readPlace("#/%E0%A4%A")).toEqual({ namespace: "" });
  });
});
