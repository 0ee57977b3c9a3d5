import { stringAt } from "../../../src/base/json.js";
import type { KubeObject } from "../../../src/kube/object.js";
import type { GroupVersionResource } from "../../../src/kube/resource.js";
import type { AdminClient } from "../plane/adminClient.js";
import type { Manifest } from "./render.js";

/** Kinds of an installation whose objects belong to no namespace. */
const clusterScoped = new Set([
  "Namespace",
  "ClusterRole",
  "ClusterRoleBinding",
  "FlowSchema",
  "PriorityLevelConfiguration",
  "ValidatingAdmissionPolicy",
  "ValidatingAdmissionPolicyBinding",
]);

const irregular: Readonly<Record<string, string>> = {
  NetworkPolicy: "networkpolicies",
  ValidatingAdmissionPolicy: "validatingadmissionpolicies",
};

/** Where the API server keeps objects of the manifest's kind. */
export function resourceOf({ apiVersion, kind }: Pick<Manifest, "apiVersion" | "kind">): GroupVersionResource {
  const [first = "", second] = apiVersion.split("/");
  const place = second === undefined ? { group: "", version: first } : { group: first, version: second };
  return { ...place, resource: irregular[kind] ?? `${kind.toLowerCase()}s` };
}

/** Applies a manifest, in `namespace` where its kind belongs to one. */
export function applyManifest(admin: AdminClient, manifest: Manifest, namespace?: string): Promise<KubeObject> {
  const name = stringAt(manifest, "metadata", "name") ?? "";
  if (clusterScoped.has(manifest.kind)) return admin.apply(resourceOf(manifest), { name }, manifest);
  const place = namespace ?? stringAt(manifest, "metadata", "namespace") ?? "default";
  const body = { ...manifest, metadata: { ...manifest.metadata, namespace: place } };
  return admin.apply(resourceOf(manifest), { namespace: place, name }, body);
}
