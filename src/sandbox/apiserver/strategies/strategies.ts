import type { ServedKind } from "../kinds/servedKind.js";
import { definitionStrategy } from "./definitionStrategy.js";
import { namespaceStrategy } from "./namespaceStrategy.js";
import { podStrategy } from "./podStrategy.js";
import { serviceStrategy } from "./serviceStrategy.js";
import type { Strategy } from "./strategy.js";
import { configMapStrategy, secretStrategy, workloadStrategy } from "./immutableStrategies.js";

const ordinary: Strategy = {};

/** A kubelet registers its Node together with what it says about it. */
const nodeStrategy: Strategy = { keepsStatus: true };

const special: Readonly<Record<string, Strategy>> = {
  namespaces: namespaceStrategy,
  nodes: nodeStrategy,
  pods: podStrategy,
  services: serviceStrategy,
  "customresourcedefinitions.apiextensions.k8s.io": definitionStrategy,
  configmaps: configMapStrategy,
  secrets: secretStrategy,
  "deployments.apps": workloadStrategy,
  "replicasets.apps": workloadStrategy,
  "statefulsets.apps": workloadStrategy,
  "daemonsets.apps": workloadStrategy,
  "jobs.batch": workloadStrategy,
};

/** The strategy of a kind. */
export function strategyOf(kind: ServedKind): Strategy {
  return special[kind.collection] ?? ordinary;
}
