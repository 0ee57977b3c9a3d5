import { names } from "../../../../../src/routing/names.js";
import { versionsOf } from "../../../../support/routemaps.js";
import { annotate, candidate, route, serving, weigh } from "./scenes.js";
import type { Situation } from "./situation.js";

/** Weights and brakes. */
export const weights: readonly Situation[] = [
  {
    title: "the annotation of the candidate says 0",
    world: serving((world) => weigh(world, "v2", "0"), 60_000),
    version: "v2",
    reason: "WeightZero",
    severity: "info",
    says: /annotation iter8\.tools\/weight of deploy default\/v2/,
  },
  {
    title: "the spec gives the candidate the weight 0",
    world: candidate(() => undefined, versionsOf(["v1", 1], ["v2", 0]) + route),
    version: "v2",
    reason: "WeightZero",
    severity: "info",
    says: /versions\[1\]\.weight of the spec/,
  },
  {
    title: "the annotation of the candidate is no integer",
    world: serving((world) => weigh(world, "v2", "half")),
    reason: "InvalidWeight",
    severity: "error",
    says: /"half", no integer/,
  },
  {
    title: "everything is forced to the primary",
    world: serving((world) => annotate(world, { [names.forcePrimary]: "true" }), 60_000),
    version: "v2",
    reason: "ForcePrimary",
    severity: "waiting",
    says: /everything to the primary/,
  },
  {
    title: "the routemap is forced to the primary, and somebody asks about the whole",
    world: serving((world) => annotate(world, { [names.forcePrimary]: "true" }), 60_000),
    reason: "ForcePrimary",
    severity: "waiting",
    says: /force-primary/,
  },
  {
    title: "the routemap is paused before the candidate comes",
    world: candidate((world) => annotate(world, { [names.paused]: "true" })),
    version: "v2",
    reason: "Paused",
    severity: "waiting",
    says: /paused/,
  },
  {
    title: "the routemap is paused while the candidate breaks",
    world: serving((world) => {
      annotate(world, { [names.paused]: "true" });
      world.up("v2", false);
    }),
    reason: "Paused",
    severity: "waiting",
    says: /paused/,
  },
  {
    title: "no version is ready",
    world: serving((world) => {
      world.up("v1", false);
      world.up("v2", false);
    }, 60_000),
    version: "v1",
    reason: "NoReplicas",
    severity: "waiting",
    says: /deploy default\/v1/,
  },
  {
    title: "all is well",
    world: serving(() => undefined, 20_000),
    reason: "AsWanted",
    severity: "info",
    says: /v1 80 %, v2 20 %/,
  },
  {
    title: "the candidate has its share",
    world: serving(() => undefined, 20_000),
    version: "v2",
    reason: "Serving",
    severity: "info",
    says: /20 %/,
  },
];
