import { readFile } from "node:fs/promises";

import { beforeAll, describe, expect, it } from "@jest/globals";

import { doctorJson, doctorText } from "../../../src/cli/doctor/report.js";
import type { Diagnosis } from "../../../src/cli/doctor/run.js";
import { plainLook } from "../../../src/cli/table.js";
import { checks } from "../../../src/routing/doctor/finding.js";
import { FactsWorld, goodPod } from "../../support/clusterFacts.js";

let text: string;
beforeAll(async () => {
  text = await readFile("docs/doctor.md", "utf8");
});

/** What the page shows: a sound installation, but for one label. */
function shown(): Diagnosis {
  const world = new FactsWorld();
  world.app("web-v2", goodPod, { labels: {} });
  world.add("Service", "shop/web-v2", { metadata: { labels: { "iter8.tools/watch": "true" } } });
  const account = { namespace: "pointsman-system", name: "pointsman" };
  const origin = { object: "ConfigMap pointsman-system/pointsman-config", problems: [] };
  world.over = { namespace: "shop", origin, rights: { account, answers: [] } };
  return { server: "https://127.0.0.1:6443/", facts: world.facts, findings: world.examine() };
}

describe("docs/doctor.md", () => {
  it("shows what is printed", () => {
    expect(/```text\n(.*?)```/s.exec(text)?.[1]).toBe(doctorText(shown(), plainLook));
  });

  it("has a row for every check and for nothing else", () => {
    const table = text.slice(text.indexOf("| check |"), text.indexOf("Objects that carry the finalizer"));
    const rows = [...table.matchAll(/^\| `(\w+)` \|/gm)].map(([, name]) => name);
    expect(rows).toEqual(Object.keys(checks));
  });

  it("names every field that is printed for programs", () => {
    const fields = text.slice(text.indexOf("## For programs"));
    for (const name of Object.keys(doctorJson(shown()))) expect(fields).toContain(`\`${name}\``);
  });
});
