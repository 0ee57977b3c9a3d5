import type { JsonObject } from "../../../base/json.js";
import type { Cluster } from "../cluster.js";
import { create } from "../write/create.js";
import type { WriteOptions } from "../write/writeOptions.js";

/** The server's own writes. */
export const serverOptions: WriteOptions = {
  manager: "kube-apiserver",
  dryRun: false,
  validation: "Ignore",
  force: false,
  hasForce: false,
  hasManager: true,
};

const namespaces = ["default", "kube-node-lease", "kube-public", "kube-system"];

/** Creates what every cluster has from its first second on. */
export function furnish(cluster: Cluster): void {
  for (const name of namespaces) put(cluster, "v1", "Namespace", "", { metadata: { name } });
  put(cluster, "v1", "Service", "default", {
    metadata: { name: "kubernetes", labels: { component: "apiserver", provider: "kubernetes" } },
    spec: { clusterIP: "10.0.0.1", ports: [{ name: "https", port: 443, protocol: "TCP", targetPort: 443 }] },
  });
}

/** Creates an object in the server's name; one that cannot be created is left out. */
export function put(cluster: Cluster, apiVersion: string, kindName: string, namespace: string, body: JsonObject): void {
  const kind = cluster.kinds.ofKind(apiVersion, kindName);
  if (kind !== undefined) create(cluster, { kind, namespace }, body, serverOptions);
}
