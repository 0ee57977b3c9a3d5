import type { KubeObject } from "../../kube/object.js";
import { groupResourceOf } from "../../kube/resource.js";
import type { Observed } from "../observed.js";
import { resourceKey } from "../observed.js";
import { specInForce } from "../survey.js";
import { resourceOfObject } from "./resourceOfObject.js";
import type { SnapshotObjects } from "./snapshotView.js";

/**
 * Whether a change of these objects may change what becomes of a routemap: it is one of them, lists one, refers to one
 * as a template, has or renders one, or one holds the endpoints of a Service that it lists. A DestinationRule concerns
 * every routemap of its namespace.
 */
export function isConcerned(
  observed: Observed,
  changed: readonly KubeObject[],
  { config, kindNames }: Pick<SnapshotObjects, "config" | "kindNames">,
): boolean {
  const mentioned = mentionedBy(observed);
  return changed.some((object) => {
    const groupResource = resourceOfObject(object, config.kinds, kindNames);
    if (groupResource === undefined) return false;
    const { namespace = "", name, labels = {} } = object.metadata;
    if (mentioned.has(resourceKey(groupResource, namespace, name))) return true;
    const service = labels["kubernetes.io/service-name"];
    if (service !== undefined) return mentioned.has(resourceKey("services", namespace, service));
    return groupResource.startsWith("destinationrules.") && namespace === observed.routemap.namespace;
  });
}

/** Keys of everything that a routemap mentions, as `resourceKey` writes them. */
function mentionedBy(observed: Observed): ReadonlySet<string> {
  const { routemap, claims, kinds } = observed;
  const spec = specInForce(observed);
  const refs = [
    ...(spec?.versions.flatMap(({ resources }) => resources) ?? []),
    ...claims.map(({ ref }) => ref),
  ].flatMap((ref) => {
    const kind = kinds.get(ref.kind);
    return kind === undefined ? [] : [resourceKey(groupResourceOf(kind), ref.namespace, ref.name)];
  });
  const templates = (spec?.templates ?? []).flatMap(({ text }) =>
    text.type === "reference" ? [resourceKey("configmaps", text.ref.namespace, text.ref.name)] : [],
  );
  const outputs = observed.ownOutputs().map((id) => resourceKey(id.groupResource, routemap.namespace, id.name));
  return new Set([resourceKey("configmaps", routemap.namespace, routemap.name), ...refs, ...templates, ...outputs]);
}
