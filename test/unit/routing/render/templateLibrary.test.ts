import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";

import type { Json, JsonObject } from "../../../../src/base/json.js";
import { arrayAt, numberAt, objectAt, stringAt } from "../../../../src/base/json.js";
import { parseYaml } from "../../../../src/base/yaml.js";
import { decodeConfig } from "../../../../src/config/decode.js";
import { carriedWeights } from "../../../../src/routing/reader/carries.js";
import type { VersionIdentity } from "../../../../src/routing/reader/identify.js";
import { readRoute } from "../../../../src/routing/reader/read.js";
import { maxWeight } from "../../../../src/routing/weights.js";
import type { LibraryCase } from "../../../support/libraryCases.js";
import { libraryCases, libraryVersions, sharesOf, versionsNamedBy } from "../../../support/libraryCases.js";
import type { LibraryUse } from "../../../support/templateLibrary.js";
import {
  configured,
  libraryConfig,
  libraryConfigText,
  libraryDocuments,
  libraryTemplates,
  namespace,
  renderLibrary,
  technologies,
} from "../../../support/templateLibrary.js";

const most = 4;
const weight = fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 100 }), fc.integer({ min: 1, max: maxWeight }));
const anyWeights = fc.array(weight, { minLength: 1, maxLength: most });
/** As the controller renders: never all zero. */
const someWeights = anyWeights.filter((weights) => weights.some((value) => value > 0));

function useOf(item: LibraryCase, count: number, values = item.values): LibraryUse {
  return { ...item, values, versions: libraryVersions(count, item.lists) };
}

function render(item: LibraryCase, weights: readonly number[], values = item.values): ReturnType<typeof one> {
  return one(renderLibrary(useOf(item, weights.length, values), weights));
}

function one(manifests: ReturnType<typeof renderLibrary>): ReturnType<typeof renderLibrary>[number]["body"] {
  const [first, ...others] = manifests;
  if (first === undefined || others.length > 0) throw new Error(`${manifests.length} manifests instead of one`);
  return first.body;
}

function parsed(text: string): Json {
  const document = parseYaml(text);
  return document.ok ? document.value.value : null;
}

function outcome(attempt: () => string): string {
  try {
    return attempt();
  } catch (error) {
    return String(error);
  }
}

function named(weights: readonly number[], holds: (value: number, index: number) => boolean): readonly string[] {
  return weights.flatMap((value, index) => (holds(value, index) ? [`v${index + 1}`] : []));
}

function pick(strategy: LibraryCase["strategy"]): readonly (readonly [string, LibraryCase])[] {
  return libraryCases
    .filter((item) => item.strategy === strategy)
    .map((item) => [`${item.technology}/${item.key}`, item]);
}

describe.each(technologies)("the library's templates for %s", (technology) => {
  it("are one labelled ConfigMap whose keys are templates, all of them tested here", () => {
    const documents = libraryDocuments(`${technology}/template.yaml`);
    const labels = { "iter8.tools/kind": "routetemplate" };
    expect(documents).toEqual([expect.objectContaining({ kind: "ConfigMap", metadata: { name: technology, labels } })]);
    const tested = libraryCases.filter((item) => item.technology === technology).map(({ key }) => key);
    expect(libraryTemplates(technology).map(({ key }) => key)).toEqual(tested);
  });

  it("say at their head which kind they write and which values they take", () => {
    for (const { key, source } of libraryTemplates(technology)) {
      const head = /^\{\{- \/\*\n(.*?)\*\/ -\}\}/s.exec(source)?.[1] ?? "";
      const used = [...source.replace(head, "").matchAll(/\.Values\.([A-Za-z]+)/g)].map(([, name]) => name ?? "");
      const item = libraryCases.find((candidate) => candidate.technology === technology && candidate.key === key);
      expect(head).toContain(`gvrShort: ${String(item?.gvrShort)}.`);
      expect(used.filter((name) => !head.includes(name))).toEqual([]);
      const tested = Object.keys({ ...item?.values, ...item?.full });
      expect(used.filter((name) => !tested.includes(name))).toEqual([]);
    }
  });

  it("have sample routemaps that are rendered for every state of their versions", () => {
    for (const routemap of libraryDocuments(`${technology}/routemap.yaml`)) {
      const spec = parsed(stringAt(routemap, "data", "strSpec") ?? "");
      const versions = arrayAt(spec, "versions").map((version) => objectAt(version));
      const templates = Object.values(objectAt(spec, "routingTemplates"));
      expect(templates.length).toBeGreaterThan(0);
      for (const template of templates) {
        expect(stringAt(template, "templateRef", "name")).toBe(technology);
        const use: LibraryUse = {
          technology,
          key: stringAt(template, "templateRef", "key") ?? "",
          gvrShort: stringAt(template, "gvrShort") ?? "",
          values: objectAt(template, "values"),
          versions,
        };
        for (const weights of [
          [90, 10],
          [90, 0],
          [0, 10],
        ])
          expect(renderLibrary(use, weights)).toHaveLength(1);
      }
    }
  });
});

describe.each(pick("weights"))("%s", (_, item) => {
  const largest = item.mostVersions ?? most;
  const weights = someWeights.filter(({ length }) => length <= largest);

  it("shares requests out in proportion to the weights and leaves versions of weight 0 out", () => {
    fc.assert(
      fc.property(weights, (given) => {
        const body = render(item, given);
        const shares = sharesOf(body);
        expect(shares.map(([version]) => version)).toEqual(named(given, (value) => value > 0));
        expect(versionsNamedBy(body)).toEqual(named(given, (value) => value > 0));
        const live = given.filter((value) => value > 0);
        if (item.technology !== "openshift") expect(shares.map(([, share]) => share)).toEqual(live);
        else for (const [index, [, share]] of shares.entries()) expectScaled(share, live[index] ?? 0, live);
      }),
    );
  });

  it("leads to the primary where no version has weight", () => {
    for (const count of [1, 2, 3]) {
      const shares = sharesOf(
        render(
          item,
          Array.from({ length: count }, () => 0),
        ),
      );
      expect(shares).toEqual([["v1", item.technology === "openshift" ? 256 : 1]]);
    }
  });
});

/** A Route's weights go to 256: the largest has that, the others their share of it to half a point, and never 0. */
function expectScaled(share: number, weight: number, all: readonly number[]): void {
  const exact = (weight * 256) / Math.max(...all);
  expect(share).toBeGreaterThanOrEqual(1);
  expect(share).toBeLessThanOrEqual(256);
  expect(Math.abs(share - exact)).toBeLessThanOrEqual(exact < 0.5 ? 1 : 0.5);
}

describe.each(pick("canary"))("%s", (_, item) => {
  it("leads matching requests to their candidate while it has weight, and all others to the primary", () => {
    fc.assert(
      fc.property(anyWeights, (weights) => {
        const body = render(item, weights);
        expect(sharesOf(body).map(([version]) => version)).toEqual(["v1"]);
        expect(versionsNamedBy(body)).toEqual(named(weights, (value, index) => index === 0 || value > 0));
        const rules = arrayAt(body, "spec", item.gvrShort === "vs" ? "http" : "rules");
        const matches = rules.map((rule) => (JSON.stringify(rule).includes("x-app") ? "match" : "all"));
        const candidates = named(weights, (value, index) => index > 0 && value > 0);
        expect(matches).toEqual([...candidates.map(() => "match"), "all"]);
      }),
    );
  });

  it("asks for the match of every candidate, whether it has weight or not", () => {
    const { match: _match, ...values } = item.values;
    expect(() => render(item, [1, 0], values)).toThrow("set values.match.v2");
    expect(sharesOf(render(item, [1], values))).toHaveLength(1);
  });
});

describe.each(pick("mirror"))("%s", (_, item) => {
  const percents = (weights: readonly number[], mirror?: Record<string, number>): readonly number[] => {
    const body = render(item, weights, { ...item.values, ...(mirror === undefined ? {} : { mirror }) });
    expect(sharesOf(body).map(([version]) => version)).toEqual(["v1"]);
    const rule = item.gvrShort === "vs" ? objectAt(body, "spec", "http", 0) : objectAt(body, "spec", "rules", 0);
    const copies = item.gvrShort === "vs" ? arrayAt(rule, "mirrors") : arrayAt(rule, "filters");
    return copies.map(
      (copy) => numberAt(copy, "percentage", "value") ?? numberAt(copy, "requestMirror", "percent") ?? 100,
    );
  };

  it("answers from the primary and copies to each candidate that has weight, by default that many percent", () => {
    fc.assert(
      fc.property(anyWeights, (weights) => {
        const candidates = weights.slice(1).filter((value) => value > 0);
        expect(percents(weights)).toEqual(candidates.map((value) => Math.min(value, 100)));
        const body = render(item, weights);
        expect(versionsNamedBy(body)).toEqual(named(weights, (value, index) => index === 0 || value > 0));
      }),
    );
  });

  it("copies as many percent as the values say, none included", () => {
    expect(percents([1, 1, 1], { v2: 20, v3: 100 })).toEqual([20, 100]);
    expect(percents([1, 0, 50], { v2: 20 })).toEqual([50]);
    expect(percents([1, 1], { v2: 0 })).toEqual([]);
  });
});

describe("the reader", () => {
  const readable = ["httproute", "vs"];
  const cases = libraryCases.filter(({ gvrShort }) => readable.includes(gvrShort));

  it.each(cases)("sees in $technology/$key exactly the versions that have weight, and nothing unlisted", (item) => {
    fc.assert(
      fc.property(someWeights, (weights) => {
        const reading = readRoute({ ...render(item, weights), metadata: { namespace } });
        if (!reading.readable) throw new Error(reading.reason);
        const { perVersion, unlisted } = carriedWeights(reading, identities(weights.length, item.lists), labelsOf);
        const always = item.strategy === "weights" ? [] : [0];
        expect(unlisted).toEqual([]);
        expect(perVersion.map(({ carries }) => carries)).toEqual(
          weights.map((value, index) => value > 0 || always.includes(index)),
        );
        if (item.strategy === "weights") expect(proportions(perVersion)).toEqual(proportions(weights.map(asWeight)));
      }),
    );
  });

  function asWeight(value: number): { readonly weight: number } {
    return { weight: value };
  }

  /** Without what a lone destination's weight means: everything, whatever it is. */
  function proportions(versions: readonly { readonly weight: number }[]): readonly number[] {
    const live = versions.filter((version) => version.weight > 0).length;
    return versions.map(({ weight: value }) => (live === 1 ? Math.sign(value) : value));
  }

  function identities(count: number, lists: LibraryCase["lists"]): readonly VersionIdentity[] {
    const groupResource = { svc: "services", ksvc: "services.serving.knative.dev", deploy: "deployments.apps" }[lists];
    return Array.from({ length: count }, (_, index) => {
      const name = `v${index + 1}`;
      const resource = { groupResource, namespace, name: `app-${name}`, labels: { version: name } };
      return { index, name, resources: [resource] };
    });
  }

  /** What the library's DestinationRule says by default. */
  function labelsOf(_host: unknown, subset: string): Readonly<Record<string, string>> {
    return { version: subset };
  }
});

describe("istio/destination-rule", () => {
  const item = libraryCases.find(({ key }) => key === "destination-rule");
  if (item === undefined) throw new Error("the library has no destination-rule");

  it("has a subset for every version, whatever the weights, so for all that with-subsets leads to", () => {
    fc.assert(
      fc.property(anyWeights, (weights) => {
        const subsets = arrayAt(render(item, weights), "spec", "subsets").map((subset) => stringAt(subset, "name"));
        expect(subsets).toEqual(named(weights, () => true));
      }),
    );
  });

  it("tells versions apart by the label version, or by the labels in the values", () => {
    const body = render(item, [1, 1], { ...item.values, labels: { v2: { track: "canary" } } });
    expect(arrayAt(body, "spec", "subsets")).toEqual([
      { name: "v1", labels: { version: "v1" } },
      { name: "v2", labels: { track: "canary" } },
    ]);
  });
});

describe("a template of the library", () => {
  const needy = libraryCases.filter(({ missing }) => missing !== undefined);
  it.each(needy)("$technology/$key says which value is missing", (item) => {
    expect(() => render(item, [1, 1], {})).toThrow(item.missing);
  });

  const routed = libraryCases.filter(({ strategy, lists }) => strategy !== "auxiliary" && lists !== "deploy");
  it.each(routed)("$technology/$key says which version lists nothing to lead to, at any weight", (item) => {
    const versions = [...libraryVersions(1, item.lists), ...libraryVersions(2, "deploy").slice(1)];
    for (const weights of [
      [1, 1],
      [1, 0],
    ])
      expect(() => renderLibrary({ ...item, versions }, weights)).toThrow(/version v2 lists no (Knative )?Service/);
  });

  it("fails, rather than lead astray, where its kind cannot express what the routemap says", () => {
    const abroad = [{ name: "v1", resources: [{ gvrShort: "svc", name: "app-v1", namespace: "elsewhere" }] }];
    for (const item of libraryCases.filter(({ technology }) => ["contour", "openshift", "smi"].includes(technology)))
      expect(() => renderLibrary({ ...item, versions: abroad }, [1])).toThrow("Services of its own namespace");
    const openshift = libraryCases.find(({ technology }) => technology === "openshift");
    if (openshift !== undefined) expect(() => render(openshift, [1, 0, 0, 0, 0])).toThrow("at most four Services");
  });

  it("leads to a Service of another namespace where its kind can", () => {
    const versions = [{ name: "v1", resources: [{ gvrShort: "svc", name: "app-v1", namespace: "elsewhere" }] }];
    const where = (technology: string): string => {
      const item = libraryCases.find((candidate) => candidate.technology === technology);
      return item === undefined ? "" : JSON.stringify(one(renderLibrary({ ...item, versions }, [1]))["spec"]);
    };
    expect(where("gateway-api")).toContain('"namespace":"elsewhere"');
    expect(where("traefik")).toContain('"namespace":"elsewhere"');
    expect(where("istio")).toContain("app-v1.elsewhere.svc.cluster.local");
  });

  it.each(libraryCases)("$technology/$key heeds every value that it takes", (item) => {
    const rendered = (values: JsonObject): string => JSON.stringify(render(item, [3, 2, 1], values));
    const full = rendered(item.full);
    for (const [key, value] of Object.entries(item.full)) {
      const { [key]: _, ...others } = item.full;
      const changed = typeof value === "string" ? { ...others, [key]: `${value}1` } : others;
      expect([key, outcome(() => rendered(changed))]).not.toEqual([key, full]);
    }
  });

  it("takes its name from the values, else from the routemap", () => {
    for (const item of libraryCases) {
      expect(stringAt(render(item, [1]), "metadata", "name")).toBe("app");
      expect(stringAt(render(item, [1], { ...item.values, name: "other" }), "metadata", "name")).toBe("other");
    }
  });
});

describe.each(configured)("what the administrator adds for %s", (technology) => {
  it("is a valid configuration that keeps the built-in outputs", () => {
    const decoded = decodeConfig(libraryConfigText(technology));
    const written = libraryCases.filter((item) => item.technology === technology).map(({ gvrShort }) => gvrShort);
    expect(decoded).toMatchObject({ ok: true, value: { outputs: ["httproute", "grpcroute", "vs", "dr", ...written] } });
  });

  it("grants the controller what it needs on exactly these kinds", () => {
    const [role] = libraryDocuments(`${technology}/rbac.yaml`);
    const written = libraryCases.filter((item) => item.technology === technology).map(({ gvrShort }) => gvrShort);
    const kinds = libraryConfig(technology).kinds.filter(({ shorthand }) => written.includes(shorthand));
    expect(role).toMatchObject({
      kind: "ClusterRole",
      metadata: { labels: { "pointsman.dev/aggregate-to-controller": "true" } },
    });
    const [rule] = arrayAt(role, "rules");
    expect(rule).toEqual({
      apiGroups: [...new Set(kinds.map(({ group }) => group))],
      resources: kinds.map(({ resource }) => resource),
      verbs: ["get", "list", "watch", "create", "patch", "delete"],
    });
  });
});
