import type { DeploymentMode } from "../routeSpec.js";

/** A version as a generated route sees it; its index is that of the weights. */
export interface RoutedVersion {
  readonly name: string;
  /** Undefined for a version without one Service or InferenceService of its own. */
  readonly backend: RoutedBackend | undefined;
  /** Whether it is named with an explicit 0 where it gets nothing: its backend is there and could still be draining. */
  readonly named: boolean;
}

/** Where requests for a version go. */
export type RoutedBackend =
  | {
      readonly type: "service";
      readonly namespace: string;
      readonly name: string;
      /** Ports of the Service; undefined while it was not seen. */
      readonly ports: readonly number[] | undefined;
    }
  | {
      readonly type: "inferenceService";
      readonly namespace: string;
      readonly name: string;
      /** Why it cannot be seen, where that is so: then mode and predictor are not known. */
      readonly unseen?: string;
      /** Undefined while nothing tells. */
      readonly mode: DeploymentMode | undefined;
      /** Name of the predictor's Service in the installed release of KServe: `<name>-predictor`, before 0.11 `<name>-predictor-default`. */
      readonly predictor: string;
      /** ModelMesh: the Service that answers for all models, where the status says so. */
      readonly modelMesh?: { readonly namespace: string; readonly name: string; readonly port: number };
    }
  /** A subset of the route's shared Service. */
  | { readonly type: "subset"; readonly labels: Readonly<Record<string, string>> };
