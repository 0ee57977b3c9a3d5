import { parents, primaryServes, serving, weigh } from "./scenes.js";
import type { Situation } from "./situation.js";

/** The gateways, and writes of unknown outcome. */
export const gateways: readonly Situation[] = [
  {
    title: "the gateway does not accept the route",
    world: serving((world) => parents(world, "False", { reason: "NotAllowedByListeners", message: "wrong namespace" })),
    version: "v2",
    reason: "NotAccepted",
    severity: "error",
    says: /Gateway default\/gw does not accept the route: NotAllowedByListeners: wrong namespace/,
  },
  {
    title: "no gateway has taken the new weights yet",
    world: serving((world) => weigh(world, "v2", "40")),
    version: "v2",
    reason: "AwaitingGateway",
    severity: "waiting",
    says: /has not accepted generation/,
  },
  {
    title: "the candidate is being introduced to the gateway",
    world: () => {
      const world = primaryServes();
      world.up("v2");
      for (let step = 0; step < 40; step += 1) {
        world.time += 100;
        world.settle();
      }
      return world;
    },
    version: "v2",
    reason: "Introducing",
    severity: "waiting",
    says: /named with weight 0/,
  },
  {
    title: "the outcome of the last write is unknown",
    world: () => {
      const world = primaryServes();
      world.up("v2");
      world.memory = { ...world.memory, fencedUntil: world.time + 20_000 };
      world.time += 5000;
      world.settle();
      world.confirm();
      return world;
    },
    version: "v2",
    reason: "OutcomeUnknown",
    severity: "waiting",
    says: /outcome of the last write/,
  },
];
