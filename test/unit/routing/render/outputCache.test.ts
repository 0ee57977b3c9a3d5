import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";

import { defaultConfig } from "../../../../src/config/defaults.js";
import type { KindSettings } from "../../../../src/config/kind.js";
import { OutputCache } from "../../../../src/routing/render/outputCache.js";
import { decodeOutput } from "../../../../src/routing/render/renderedOutput.js";

function kindNamed(shorthand: string): KindSettings {
  const found = defaultConfig().kinds.find((kind) => kind.shorthand === shorthand);
  if (found === undefined) throw new Error(`no kind ${shorthand}`);
  return found;
}

const httproute = kindNamed("httproute");
const context = { path: "routingTemplates.main.template", namespace: "default", kind: httproute };
const route = (name: string): string =>
  `apiVersion: gateway.networking.k8s.io/v1\nkind: HTTPRoute\nmetadata: {name: ${name}}\n`;

describe("the cache of read outputs", () => {
  test("says what decodeOutput says, whatever was asked before", () => {
    const contexts = [context, { ...context, namespace: "other" }, { ...context, path: "edge" }];
    const texts = [route("a"), route("b"), "metadata: [", "", `${route("a")}  namespace: other\n`];
    const asked = fc.record({ text: fc.constantFrom(...texts), where: fc.constantFrom(...contexts) });
    fc.assert(
      fc.property(fc.array(asked, { maxLength: 40 }), (questions) => {
        const cache = new OutputCache();
        for (const { text, where } of questions) expect(cache.read(text, where)).toEqual(decodeOutput(text, where));
      }),
    );
  });

  test("gives the same reading again without reading", () => {
    const cache = new OutputCache();
    expect(cache.read(route("a"), context)).toBe(cache.read(route("a"), context));
  });

  test("reads anew when the kind's settings were replaced", () => {
    const cache = new OutputCache();
    const first = cache.read(route("a"), context);
    const other = { ...context, kind: kindNamed("grpcroute") };
    expect(first.ok).toBe(true);
    expect(cache.read(route("a"), other).ok).toBe(false);
    expect(cache.read(route("a"), context).ok).toBe(true);
  });

  test("forgets what was not asked for longest", () => {
    const cache = new OutputCache();
    const kept = cache.read(route("kept"), context);
    const lost = cache.read(route("lost"), context);
    for (let index = 0; index < 31; index += 1) {
      cache.read(route(`route-${index}`), context);
      expect(cache.read(route("kept"), context)).toBe(kept);
    }
    expect(cache.read(route("lost"), context)).not.toBe(lost);
  });
});
