import { PlanWorld } from "../../../../support/planWorld.js";
import { candidate, condition, generated, primaryServes, serving } from "./scenes.js";
import type { Situation } from "./situation.js";

/** The candidate does not pass its gates. */
export const gates: readonly Situation[] = [
  {
    title: "the candidate was never deployed",
    world: () => primaryServes(),
    version: "v2",
    reason: "NotDeployed",
    severity: "info",
    says: /none of its objects exists/,
  },
  {
    title: "the candidate's Service is missing",
    world: candidate((world) => world.objects.delete("svc/v2")),
    version: "v2",
    reason: "NotFound",
    severity: "error",
    says: /svc default\/v2: it does not exist, or lacks the label/,
  },
  {
    title: "the primary was never deployed",
    world: () => {
      const world = new PlanWorld(generated);
      world.up("v2");
      world.pass(5000);
      return world;
    },
    reason: "NotFound",
    severity: "error",
    says: /deploy default\/v1: it does not exist/,
  },
  {
    title: "the candidate's workload lacks the label",
    world: candidate((world) => world.put("deploy", "v2", { metadata: { labels: {} } })),
    version: "v2",
    reason: "NotFound",
    severity: "error",
    says: /iter8\.tools\/watch/,
  },
  {
    title: "no Pod of the candidate is available",
    world: candidate((world) => world.up("v2", false)),
    version: "v2",
    reason: "NoReplicas",
    severity: "waiting",
    says: /deploy default\/v2: it has no available replica/,
    field: "status.availableReplicas",
  },
  {
    title: "the candidate's rollout has stopped",
    world: candidate((world) =>
      world.put("deploy", "v2", {
        status: {
          observedGeneration: 1,
          replicas: 1,
          conditions: [condition("Progressing", "False", { reason: "ProgressDeadlineExceeded" })],
        },
      }),
    ),
    version: "v2",
    reason: "ProgressDeadlineExceeded",
    severity: "error",
    says: /v2/,
  },
  {
    title: "the candidate is scaled to zero",
    world: candidate((world) => world.put("deploy", "v2", { spec: { replicas: 0 } })),
    version: "v2",
    reason: "ScaledToZero",
    severity: "waiting",
    says: /scaled to zero/,
    field: "spec.replicas",
  },
  {
    title: "no endpoint of the candidate's Service is ready",
    world: candidate((world) => world.endpoints.set("v2", 0)),
    version: "v2",
    reason: "NoReadyEndpoint",
    severity: "waiting",
    says: /svc default\/v2/,
  },
  {
    title: "the status of the candidate is older than its spec",
    world: candidate((world) => world.put("deploy", "v2", { metadata: { generation: 2 } })),
    version: "v2",
    reason: "StatusBehind",
    severity: "waiting",
    says: /generation 1, its spec of 2/,
    field: "status.observedGeneration",
  },
  {
    title: "an expression of the routemap is false",
    world: () => {
      const gated = generated.replace("{gvrShort: svc, name: v2}", '{gvrShort: svc, name: v2, ready: "false"}');
      return candidate(() => undefined, gated)();
    },
    version: "v2",
    reason: "ExpressionFalse",
    severity: "waiting",
    says: /svc default\/v2/,
  },
  {
    title: "an expression of the routemap cannot be evaluated on the object",
    world: () => {
      const gate = "ready: \"object.status.loadBalancer.ingress[0].ip == '1.2.3.4'\"";
      return candidate(
        () => undefined,
        generated.replace("{gvrShort: svc, name: v2}", `{gvrShort: svc, name: v2, ${gate}}`),
      )();
    },
    version: "v2",
    reason: "ExpressionError",
    severity: "error",
    says: /svc default\/v2/,
  },
  {
    title: "the cluster lacks a kind that the candidate lists",
    world: () => primaryServes(),
    seen: (observed) => ({
      resource: (ref) => (ref.name === "v2" ? { state: "kindAbsent" } : observed.resource(ref)),
    }),
    version: "v2",
    reason: "KindAbsent",
    severity: "error",
    says: /install its CRD/,
  },
  {
    title: "the controller may not list Deployments",
    world: serving((world) => world.unseenKinds.add("deploy")),
    version: "v2",
    reason: "Forbidden",
    severity: "error",
    says: /may not list deploy/,
  },
  {
    title: "the controller may not list EndpointSlices",
    world: candidate(() => undefined),
    seen: () => ({ endpoints: () => ({ state: "unseen", reason: "Forbidden" }) }),
    version: "v2",
    reason: "EndpointsUnseen",
    severity: "waiting",
    says: /svc default\/v2/,
  },
  {
    title: "the candidate has not been ready for minStable",
    world: () => {
      const world = primaryServes();
      world.up("v2");
      world.settle();
      return world;
    },
    version: "v2",
    reason: "NotStable",
    severity: "waiting",
    says: /not for long enough/,
  },
  {
    title: "the namespace of the candidate is being deleted",
    world: candidate((world) => world.terminating.add("default")),
    version: "v2",
    reason: "NamespaceTerminating",
    severity: "waiting",
    says: /namespace is being deleted/,
  },
];
