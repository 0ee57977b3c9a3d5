import { PlanWorld } from "../../../../support/planWorld.js";
import { blind, serving, two, withSplitter } from "./scenes.js";
import type { Situation } from "./situation.js";

/** Somebody or something goes. */
export const goings: readonly Situation[] = [
  {
    title: "the candidate is deleted and its route settles",
    world: serving((world) => world.delete("deploy", "v2"), 2000),
    version: "v2",
    reason: "Deleting",
    severity: "waiting",
    says: /deploy default\/v2: it is being deleted/,
    field: "metadata.deletionTimestamp",
  },
  {
    title: "the routemap was deleted",
    world: serving((world) => (world.life = "gone")),
    reason: "RoutemapDeleted",
    severity: "waiting",
    says: /was deleted/,
  },
  {
    title: "the namespace of the routemap is being deleted",
    world: serving((world) => world.terminating.add("default")),
    reason: "NamespaceTerminating",
    severity: "waiting",
    says: /namespace is being deleted/,
  },
  {
    title: "a template names the candidate whether it has weight or not, and cannot be read",
    world: () => {
      const world = new PlanWorld(two + blind, withSplitter);
      world.up("v1");
      world.up("v2");
      world.pass(10_000);
      return world;
    },
    version: "v2",
    reason: "Unprovable",
    severity: "error",
    says: /prove/,
  },
];
