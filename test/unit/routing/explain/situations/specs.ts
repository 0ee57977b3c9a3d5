import { fail } from "../../../../../src/base/result.js";
import { PlanWorld } from "../../../../support/planWorld.js";
import { versionsOf } from "../../../../support/routemaps.js";
import { candidate, route, serving, templated, two } from "./scenes.js";
import type { Situation } from "./situation.js";

/** The spec and its templates. */
export const specs: readonly Situation[] = [
  {
    title: "an edit of the spec cannot be decoded",
    world: serving((world) => world.setSpec("versions: 5")),
    reason: "SpecInvalid",
    severity: "error",
    says: /versions/,
  },
  {
    title: "the template fails for the new version",
    world: candidate(
      (world) => world.setSpec(templated.replace("{{ index .Weights 1 }}", "{{ index .Weights 9 }}")),
      templated,
    ),
    reason: "TemplateFailed",
    severity: "error",
    says: /routingTemplates/,
  },
  {
    title: "the template fails, and somebody asks about the candidate",
    world: candidate(
      (world) => world.setSpec(templated.replace("{{ index .Weights 1 }}", "{{ index .Weights 9 }}")),
      templated,
    ),
    version: "v2",
    reason: "TemplateFailed",
    severity: "error",
    says: /routingTemplates/,
  },
  {
    title: "the route template that is referred to is not there",
    world: () => {
      const world = new PlanWorld(
        `${two}routingTemplates:\n  main: {gvrShort: httproute, templateRef: {name: blue-green}}\n`,
      );
      world.up("v1");
      world.up("v2");
      world.pass(5000);
      return world;
    },
    seen: () => ({
      template: () => fail({ message: "there is no route template default/blue-green", fix: "create it" }),
    }),
    reason: "TemplateFailed",
    severity: "error",
    says: /there is no route template default\/blue-green/,
  },
  {
    title: "the candidate left the spec and still drains",
    world: serving((world) => world.setSpec(versionsOf(["v1", 80]) + route)),
    version: "v2",
    reason: "LeftSpec",
    severity: "waiting",
    says: /no longer in the spec/,
  },
];
