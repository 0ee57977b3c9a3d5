import { describe, expect, it } from "@jest/globals";

import type { Json } from "../../../../src/base/json.js";
import { canonicalJson, stringAt } from "../../../../src/base/json.js";
import { builtinSchema } from "../../../../src/sandbox/apiserver/schema/builtins/builtinSchema.js";
import { defaulted } from "../../../../src/sandbox/apiserver/schema/defaulted.js";
import { prune } from "../../../../src/sandbox/apiserver/schema/prune.js";
import { validate } from "../../../../src/sandbox/apiserver/schema/validate.js";
import { applyStories } from "./recorded/applyStories.js";
import { gaugeSchema } from "./recorded/gauge.js";
import { patchStories } from "./recorded/patchStories.js";
import { comparable, recordedAnswers, recordedRefusals } from "./recorded/recordings.js";
import { Replay } from "./recorded/replay.js";

const answers = recordedAnswers();

describe("the answers of a kube-apiserver 1.36.3 are ours, too", () => {
  it.each([...applyStories, ...patchStories].map((story) => [story.name, story] as const))("%s", (name, story) => {
    const replay = new Replay(story);
    const recorded = answers.get(name) ?? [];
    expect(recorded).toHaveLength(story.steps.length);
    for (const [index, step] of story.steps.entries()) {
      const answer = JSON.parse(JSON.stringify(replay.step(step))) as Json;
      const where = `step ${index}: ${JSON.stringify(step)}`;
      expect({ where, answer: comparable(answer) }).toEqual({ where, answer: comparable(recorded[index] ?? null) });
    }
  });
});

describe("what a kube-apiserver 1.36.3 refuses is refused with the same causes", () => {
  const sorted = (causes: readonly Json[]): readonly Json[] =>
    [...causes].sort((a, b) => (canonicalJson(a) < canonicalJson(b) ? -1 : 1));
  const cases = recordedRefusals().map((one) => [JSON.stringify(one.object).slice(0, 160), one] as const);

  it.each(cases)("%s", (_text, { object, causes }) => {
    const schema = builtinSchema(stringAt(object, "apiVersion") ?? "", stringAt(object, "kind") ?? "") ?? gaugeSchema;
    const complete = defaulted(prune(object, schema).value, schema);
    expect(sorted(validate(complete, schema).map((error) => ({ ...error })))).toEqual(sorted(causes));
  });
});
