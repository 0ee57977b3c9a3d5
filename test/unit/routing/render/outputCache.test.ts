import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";

import { defaultConfig } from "../../../../src/config/defaults.js";
import type { KindSettings } from "../../../../src/config/kind.js";
import { manifestShelf, OutputCache } from "../../../../src/routing/render/outputCache.js";
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
    const { cache, decoded } = counting();
    expect(cache.read(route("a"), context)).toEqual(cache.read(route("a"), context));
    expect(cache.read("metadata: [", context)).toEqual(cache.read("metadata: [", context));
    expect(decoded).toEqual([route("a"), "metadata: ["]);
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
    const { cache, decoded } = counting();
    const texts = Array.from({ length: 31 }, (_, index) => route(`route-${index}`));
    for (const text of [route("kept"), route("lost"), ...texts]) {
      cache.read(text, context);
      cache.read(route("kept"), context);
    }
    expect(decoded).toEqual([route("kept"), route("lost"), ...texts]);
    cache.read(route("lost"), context);
    expect(decoded.at(-1)).toBe(route("lost"));
  });
});

/** A cache, and the texts that it had to read. */
function counting(): { readonly cache: OutputCache; readonly decoded: readonly string[] } {
  const decoded: string[] = [];
  const cache = new OutputCache(manifestShelf(), (text, where) => {
    decoded.push(text);
    return decodeOutput(text, where);
  });
  return { cache, decoded };
}
