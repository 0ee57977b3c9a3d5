import { objectAt, stringAt } from "../../../base/json.js";
import { ok } from "../../../base/result.js";
import type { Strategy } from "./strategy.js";

/** The finalizer that keeps a Namespace until it is empty. */
export const namespaceFinalizer = "kubernetes";

/** The label that every Namespace carries its name in. */
const nameLabel = "kubernetes.io/metadata.name";

/** A Namespace is Active, labelled with its name, and held until it is empty. */
export const namespaceStrategy: Strategy = {
  prepareCreate: (object) =>
    ok({ ...labelled(object), spec: { finalizers: [namespaceFinalizer] }, status: { phase: "Active" } }),
  // Only the `finalize` subresource changes what holds it.
  prepareUpdate: (next, live) => ok({ ...labelled(next), spec: live["spec"] }),
};

function labelled(object: Parameters<NonNullable<Strategy["prepareUpdate"]>>[0]): typeof object {
  const metadata = objectAt(object, "metadata");
  const labels = { ...objectAt(metadata, "labels"), [nameLabel]: stringAt(metadata, "name") ?? "" };
  return { ...object, metadata: { ...metadata, labels } };
}
