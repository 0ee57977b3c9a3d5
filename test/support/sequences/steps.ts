import fc from "fast-check";

import type { AppSpec, Mistake, ServiceName } from "./appSpec.js";
import { services } from "./appSpec.js";
import type { WriteFault } from "./sequenceWorld.js";

/** An edit of the routemap by its user. */
export type Edit =
  | { readonly edit: "add" | "remove" | "rename" | "renameService"; readonly service: ServiceName }
  | { readonly edit: "reorder" }
  | { readonly edit: "weight"; readonly service: ServiceName; readonly weight: number | undefined }
  | { readonly edit: "kind"; readonly kind: AppSpec["kind"] }
  | { readonly edit: "by"; readonly by: AppSpec["by"] }
  | { readonly edit: "strategy"; readonly strategy: AppSpec["strategy"] }
  | { readonly edit: "mistake"; readonly mistake: Mistake };

/** What happens to the objects of one version. */
export const clusterEvents = [
  "ready",
  "notReady",
  "scaleToZero",
  "statusBehind",
  "delete",
  "deleteForeground",
  "deleteService",
  "recreate",
  "loseLabel",
  "clobber",
  "foreignFinalizer",
] as const;
export type ClusterEvent = (typeof clusterEvents)[number];

/** What somebody else does to the stored routes. */
export type Foreign = "weight" | "apply" | "dropRules" | "delete";

export type Step =
  | Edit
  | { readonly do: "cluster"; readonly event: ClusterEvent; readonly service: ServiceName }
  | { readonly do: "annotate"; readonly name: "paused" | "force-primary" | "adopt"; readonly value: string | undefined }
  | { readonly do: "annotateWeight"; readonly service: ServiceName; readonly value: string | undefined }
  | { readonly do: "blind"; readonly kind: "deploy" | "svc" }
  | { readonly do: "crd"; readonly kind: AppSpec["kind"] }
  | { readonly do: "foreign"; readonly change: Foreign; readonly service: ServiceName }
  | { readonly do: "gateway"; readonly lag: "prompt" | "late" | "never" }
  | { readonly do: "fault"; readonly fault: WriteFault }
  | { readonly do: "restart" }
  | { readonly do: "pass"; readonly ms: number };

const one = <T>(...values: readonly T[]): fc.Arbitrary<T> => fc.constantFrom(...values);
const service = one(...services);

const edit: fc.Arbitrary<Edit> = fc.oneof(
  fc.record({ edit: one("add" as const, "remove" as const, "rename" as const, "renameService" as const), service }),
  fc.record({ edit: one("weight" as const), service, weight: one(0, 1, 100, undefined) }),
  fc.record({ edit: one("kind" as const), kind: one<AppSpec["kind"]>("HTTPRoute", "VirtualService") }),
  fc.record({ edit: one("by" as const), by: one<AppSpec["by"]>("routes", "template", "hard") }),
  fc.record({ edit: one("strategy" as const), strategy: one<AppSpec["strategy"]>("blue-green", "canary", "mirror") }),
  fc.record({
    edit: one("mistake" as const),
    mistake: one<Mistake>("none", "none", "none", "yaml", "unknownKey", "noVersions", "weight", "template"),
  }),
  fc.constant<Edit>({ edit: "reorder" }),
);

const annotate = fc.record({
  do: one("annotate" as const),
  name: one("paused" as const, "force-primary" as const, "adopt" as const),
  value: one("true", "yes", undefined, undefined),
});

/** Anything that may happen to a routemap, its cluster and its controller. */
export const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 7, arbitrary: edit },
  {
    weight: 9,
    arbitrary: fc.record({ do: one("cluster" as const), event: one(...clusterEvents, "ready" as const), service }),
  },
  { weight: 1, arbitrary: annotate },
  {
    weight: 1,
    arbitrary: fc.record({ do: one("annotateWeight" as const), service, value: one("0", "5", "much", undefined) }),
  },
  { weight: 1, arbitrary: fc.record({ do: one("blind" as const), kind: one("deploy" as const, "svc" as const) }) },
  {
    weight: 1,
    arbitrary: fc.record({ do: one("crd" as const), kind: one<AppSpec["kind"]>("HTTPRoute", "VirtualService") }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: one("foreign" as const),
      change: one<Foreign>("weight", "apply", "dropRules", "delete"),
      service,
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      do: one("gateway" as const),
      lag: one("prompt" as const, "late" as const, "never" as const),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ do: one("fault" as const), fault: one<WriteFault>("landed", "dropped", "late") }),
  },
  { weight: 2, arbitrary: one<Step>({ do: "restart" }) },
  { weight: 4, arbitrary: fc.record({ do: one("pass" as const), ms: one(100, 1000, 4000, 30_000, 60_000) }) },
);

/** The spec that a run begins with. */
export const firstApp: fc.Arbitrary<AppSpec> = fc.record({
  versions: one(
    [{ name: "v1", service: "v1" as const }],
    [
      { name: "v1", service: "v1" as const },
      { name: "v2", service: "v2" as const, weight: 1 },
    ],
    [
      { name: "v1", service: "v1" as const, weight: 80 },
      { name: "v2", service: "v2" as const, weight: 20 },
      { name: "v3", service: "v3" as const, weight: 0 },
    ],
  ),
  kind: one<AppSpec["kind"]>("HTTPRoute", "VirtualService"),
  by: one<AppSpec["by"]>("routes", "template", "hard"),
  strategy: one<AppSpec["strategy"]>("blue-green", "canary", "mirror"),
  mistake: one<Mistake>("none"),
});
