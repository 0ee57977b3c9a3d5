import { names } from "../../../../../src/routing/names.js";
import { neededPermissions } from "../../../../../src/routing/permissions.js";
import { bothServe, candidate, primaryServes, serving, weigh } from "./scenes.js";
import type { Situation } from "./situation.js";

/** Others write, or we may not. */
export const otherHands: readonly Situation[] = [
  {
    title: "somebody else's route has the name",
    world: () => {
      const world = bothServe();
      for (const [key, object] of world.outputs) {
        const metadata = {
          ...object.metadata,
          labels: {},
          managedFields: [{ manager: "helm", operation: "Update" as const }],
        };
        world.outputs.set(key, { ...object, metadata });
      }
      return world;
    },
    reason: "NotOurs",
    severity: "error",
    says: /managed by helm/,
  },
  {
    title: "another routemap has the route",
    world: () => {
      const world = bothServe();
      for (const [key, object] of world.outputs)
        world.outputs.set(key, { ...object, metadata: { ...object.metadata, labels: { [names.owner]: "map-2" } } });
      return world;
    },
    reason: "OutputTaken",
    severity: "error",
    says: /map-2/,
  },
  {
    title: "Iter8's controller still writes the route",
    world: () => {
      const world = bothServe();
      for (const [key, object] of world.outputs) {
        const iter8 = { manager: "iter8-controller", operation: "Apply" as const, time: "2031-01-01T00:00:00Z" };
        const managedFields = [...(object.metadata.managedFields ?? []), iter8];
        world.outputs.set(key, { ...object, metadata: { ...object.metadata, managedFields } });
      }
      return world;
    },
    reason: "Iter8Running",
    severity: "error",
    says: /iter8-controller still writes/,
  },
  {
    title: "another manager applied the fields of the route",
    world: serving((world) => {
      weigh(world, "v2", "40");
      const key = "httproutes.gateway.networking.k8s.io/app";
      const trouble = {
        condition: "FieldConflict" as const,
        reason: "FieldConflict",
        message: "argocd-controller applies .spec.rules",
        tries: 1,
        retryAt: world.time + 30_000,
      };
      world.memory = { ...world.memory, troubles: new Map([[key, trouble]]) };
    }),
    reason: "FieldConflict",
    severity: "error",
    says: /argocd-controller/,
  },
  {
    title: "others changed the route again and again",
    world: serving((world) => {
      weigh(world, "v2", "40");
      world.memory = { ...world.memory, fights: [1, 2, 3, 4, 5].map((back) => world.time - back * 1000) };
    }),
    reason: "Fighting",
    severity: "error",
    says: /5 times in 10 minutes/,
  },
  {
    title: "the API server refuses the route",
    world: serving((world) => {
      weigh(world, "v2", "40");
      const key = "httproutes.gateway.networking.k8s.io/app";
      const message = "admission webhook denied the request";
      const trouble = {
        condition: "WriteFailed" as const,
        reason: "WriteFailed",
        message,
        tries: 4,
        retryAt: world.time + 5000,
      };
      world.memory = { ...world.memory, troubles: new Map([[key, trouble]]) };
    }),
    version: "v2",
    reason: "WriteFailed",
    severity: "error",
    says: /webhook denied/,
  },
  {
    title: "an object of the candidate refuses our finalizer",
    world: () => {
      const world = primaryServes();
      world.up("v2");
      world.settle();
      world.confirm();
      world.memory = { ...world.memory, unholdable: new Set(["v2"]) };
      world.time += 5000;
      return world;
    },
    version: "v2",
    reason: "HoldFailed",
    severity: "error",
    says: /finalizer/,
  },
  {
    title: "the controller may not patch routes",
    world: candidate((world) => {
      const permission = neededPermissions(world.config, {}).find(
        ({ verb, resource }) => verb === "patch" && resource === "httproutes",
      );
      if (permission !== undefined) world.missing = [{ permission }];
    }),
    reason: "MissingPermission",
    severity: "error",
    says: /may not patch httproutes/,
  },
  {
    title: "the cluster has no HTTPRoutes",
    world: candidate(() => undefined),
    seen: () => ({ output: () => ({ state: "kindAbsent" }) }),
    reason: "KindAbsent",
    severity: "error",
    says: /no httproutes/,
  },
  {
    title: "the controller may not list HTTPRoutes",
    world: candidate(() => undefined),
    seen: () => ({ output: () => ({ state: "unseen", reason: "Forbidden", message: "may not list httproutes" }) }),
    version: "v2",
    reason: "Unseen",
    severity: "error",
    says: /may not list httproutes/,
  },
];
