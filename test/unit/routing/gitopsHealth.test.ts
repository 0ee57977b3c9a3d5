import { readFile } from "node:fs/promises";

import { beforeAll, describe, expect, test } from "@jest/globals";
import { parse } from "yaml";

import type { Json } from "../../../src/base/json.js";
import { arrayAt, isArray, isObject, stringAt } from "../../../src/base/json.js";
import { names } from "../../../src/routing/names.js";
import { troubling } from "../../../src/routing/conditionTypes.js";
import { reportStatus } from "../../../src/routing/report.js";
import type { Status } from "../../../src/routing/status.js";
import { formatStatus } from "../../../src/routing/status.js";
import { PlanWorld } from "../../support/planWorld.js";
import { routeTemplate, versionsOf } from "../../support/routemaps.js";

const file = (path: string): Promise<string> => readFile(path, "utf8");
const sorted = (words: Iterable<string>): readonly string[] => [...words].sort();

/** The statuses in the table over which Argo CD's and Flux' checks are run. */
async function statusesOfTable(): Promise<readonly string[]> {
  const cases = JSON.parse(await file("test/golden/gitops/cases.json")) as Json;
  if (!isArray(cases)) return [];
  return cases.flatMap((each) => {
    const text = stringAt(each, "object", "metadata", "annotations", names.status);
    return text === undefined || text === "{" ? [] : [text];
  });
}

describe("the health checks for Argo CD and Flux", () => {
  let lua: string;
  let flux: Json;
  beforeAll(async () => {
    lua = await file("config/gitops/argo-cd/health.lua");
    flux = parse(await file("config/gitops/flux/kustomization.yaml")) as Json;
  });

  test("call a routemap broken for exactly the reasons that make it unready until somebody does something", () => {
    const table = /local broken = \{([^}]*)\}/.exec(lua)?.[1] ?? "";
    const inLua = [...table.matchAll(/(\w+) = true/g)].map(([, word]) => word ?? "");
    expect(sorted(inLua)).toEqual(sorted(troubling));
    const [check] = arrayAt(flux, "spec", "healthCheckExprs");
    const list = /\[([^\]]*)\]\.exists/.exec(stringAt(check ?? null, "failed") ?? "")?.[1] ?? "";
    expect(sorted([...list.matchAll(/\w+/g)].map(([word]) => word))).toEqual(sorted(troubling));
  });

  test("are tried on statuses that the controller would write to the letter", async () => {
    const texts = await statusesOfTable();
    expect(texts.length).toBeGreaterThan(20);
    for (const text of texts) {
      const status: unknown = JSON.parse(text);
      expect(isObject(status)).toBe(true);
      expect(formatStatus(status as Status, [text], 0)).toBe(text);
    }
  });

  test("find the condition Ready in front, also where there are others", () => {
    const world = new PlanWorld(versionsOf(["v1", 80], ["v2", 20]) + routeTemplate("app", "v1", "v2"));
    world.annotations = { [names.paused]: "true" };
    for (const ready of [false, true]) {
      world.up("v1", ready);
      const status = reportStatus(world.look(), undefined);
      expect(status.conditions.map(({ type }) => type).slice(0, 2)).toEqual(["Ready", "Paused"]);
      const start =
        /^\{"conditions":\[\{"lastTransitionTime":"[^"]*","message":".*?","reason":"\w+","status":"\w+","type":"Ready"\}/;
      expect(formatStatus(status, [], 0)).toMatch(start);
    }
  });
});
