import { PointsmanError } from "../base/errors.js";
import type { Result } from "../base/result.js";
import { fail, ok } from "../base/result.js";

/** What the controller watches: everything, or one namespace. */
export type Scope = { readonly kind: "cluster" } | { readonly kind: "namespace"; readonly namespace: string };

/** What decides about the scope. */
export interface ScopeInput {
  /** Value of --namespace. */
  readonly namespace?: string;
  /** The configuration file, where one was given, and its `clusterScoped`. */
  readonly file?: { readonly name: string; readonly clusterScoped: boolean };
  /** POD_NAMESPACE. */
  readonly podNamespace?: string;
}

/**
 * `--namespace` decides; else, without a file, the whole cluster; else the file's `clusterScoped`, where false means
 * the Pod's own namespace, as in Iter8. Where that is unknown the error names the key and the flag.
 */
export function resolveScope({ namespace, file, podNamespace }: ScopeInput): Result<Scope, PointsmanError> {
  if (namespace !== undefined) return named(namespace, "--namespace");
  if (file === undefined || file.clusterScoped) return ok({ kind: "cluster" });
  if (podNamespace !== undefined) return named(podNamespace, "POD_NAMESPACE");
  const problem =
    `${file.name} does not say clusterScoped: true, so only the controller's own namespace is watched, but ` +
    "POD_NAMESPACE is not set: set clusterScoped: true in the file, or pass --namespace NAMESPACE";
  return fail(new PointsmanError("PM_USAGE", { problem }));
}

/**
 * Where the Lease lives: in the namespace of --namespace, else in the Pod's, else in `pointsman-system`. Controllers of
 * different namespaces so never compete for one Lease.
 */
export function leaseNamespace(input: Pick<ScopeInput, "namespace" | "podNamespace">): string {
  return input.namespace ?? input.podNamespace ?? "pointsman-system";
}

/** A DNS label (RFC 1123), as a namespace's name must be. */
function named(namespace: string, origin: string): Result<Scope, PointsmanError> {
  if (/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/.test(namespace)) return ok({ kind: "namespace", namespace });
  const problem = `${origin} ${JSON.stringify(namespace)} is no namespace; use lower-case letters, digits and dashes`;
  return fail(new PointsmanError("PM_USAGE", { problem }));
}
