import { describe, expect, it } from "@jest/globals";

import { defaultConfig } from "../../../src/config/defaults.js";
import { checkConfig } from "../../../src/routing/checkConfig.js";

const withReady = (ready: string): ReturnType<typeof defaultConfig> => {
  const base = defaultConfig();
  return { ...base, kinds: base.kinds.map((kind) => (kind.shorthand === "sts" ? { ...kind, ready } : kind)) };
};

describe("the expressions of a configuration", () => {
  it("are fine where they compile", () => {
    expect(checkConfig(withReady("object.status.readyReplicas >= 2"))).toEqual([]);
  });

  it("are problems with their path where they do not, or read what is not kept", () => {
    expect(checkConfig(withReady("object.status.readyReplicas >="))).toMatchObject([
      { path: "resourceTypes.sts.ready" },
    ]);
    expect(checkConfig(withReady("object.spec.secret == ''"))).toMatchObject([{ path: "resourceTypes.sts.ready" }]);
  });
});
