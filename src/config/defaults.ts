import type { ControllerConfig } from "./config.js";
import type { KindSettings } from "./kind.js";

type Traits = Partial<Pick<KindSettings, "conditions" | "hold" | "carries" | "specPaths">>;

const workload = ["replicas", "selector", "template.metadata.labels"] as const;
const service = ["type", "selector", "ports", "clusterIP", "externalName"] as const;
const second = 1000;
const minute = 60 * second;

/**
 * The kinds that are known without any configuration. `hold` is true only for kinds whose objects live on until their
 * finalizer goes and whose Pods serve meanwhile. Istio's v1beta1 is what every release of it serves.
 */
export const builtInKinds: readonly KindSettings[] = [
  kind("deploy", "apps", "v1", "deployments", {
    hold: true,
    conditions: ["Available"],
    specPaths: [...workload, "paused"],
  }),
  kind("sts", "apps", "v1", "statefulsets", { hold: true, specPaths: [...workload, "serviceName"] }),
  kind("svc", "", "v1", "services", { hold: true, specPaths: service }),
  kind("service", "", "v1", "services", { hold: true, specPaths: service }),
  kind("cm", "", "v1", "configmaps", {}),
  kind("isvc", "serving.kserve.io", "v1beta1", "inferenceservices", {
    hold: true,
    conditions: ["Ready"],
    specPaths: ["predictor.minReplicas", "predictor.maxReplicas", "predictor.canaryTrafficPercent"],
  }),
  kind("ksvc", "serving.knative.dev", "v1", "services", { hold: true, conditions: ["Ready"], specPaths: ["traffic"] }),
  kind("rollout", "argoproj.io", "v1alpha1", "rollouts", {
    hold: true,
    specPaths: [...workload, "paused", "workloadRef"],
  }),
  kind("vs", "networking.istio.io", "v1beta1", "virtualservices", { specPaths: ["hosts", "gateways"] }),
  kind("dr", "networking.istio.io", "v1beta1", "destinationrules", { carries: false, specPaths: ["host"] }),
  kind("httproute", "gateway.networking.k8s.io", "v1", "httproutes", { specPaths: ["hostnames", "parentRefs"] }),
  kind("grpcroute", "gateway.networking.k8s.io", "v1", "grpcroutes", { specPaths: ["hostnames", "parentRefs"] }),
];

/** Settings of a kind nobody described: never held, carries traffic (so it needs a proof), no spec path. */
export function kind(
  shorthand: string,
  group: string,
  version: string,
  resource: string,
  traits: Traits,
): KindSettings {
  return { shorthand, group, version, resource, conditions: [], hold: false, carries: true, specPaths: [], ...traits };
}

/** The configuration of a controller that was given no file: the whole cluster, the built-in kinds. */
export function defaultConfig(): ControllerConfig {
  return {
    defaultResync: 15 * minute,
    clusterScoped: true,
    kinds: builtInKinds,
    outputs: ["httproute", "grpcroute", "vs", "dr"],
    templateNamespaces: [],
    release: {
      minStable: 3 * second,
      settle: 0,
      drain: 10 * second,
      deadline: 10 * minute,
      confirmTimeout: 15 * second,
    },
    settle: { gatewayClasses: classes, virtualService: 10 * second, unknownClass: 15 * second },
    limits: { crossNamespace: false, maxDeadline: 30 * minute, maxSettle: 5 * minute, maxVersions: 20 },
  };
}

/** By the class names that the projects' own installation guides use. */
const classes: Readonly<Record<string, number>> = {
  agentgateway: 2 * second,
  contour: 5 * second,
  istio: 10 * second,
  kgateway: 10 * second,
  haproxy: 15 * second,
  kong: 15 * second,
  traefik: 15 * second,
  eg: 30 * second,
  "envoy-gateway": 30 * second,
  nginx: 30 * second,
};
