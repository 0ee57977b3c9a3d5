import type { JsonObject } from "../../../base/json.js";
import { numberAt, objectAt } from "../../../base/json.js";
import type { Cluster } from "../cluster.js";
import { timestamp } from "../cluster.js";
import type { ServedKind } from "../kinds/servedKind.js";
import { hasSubresource } from "../kinds/servedKind.js";
import { strategyOf } from "../strategies/strategies.js";
import type { KubeObject } from "../../../kube/object.js";
import { tidied } from "./tidy.js";
import { sameJson } from "../sameJson.js";

/** Members of metadata that only the server writes. */
const systemFields = [
  "uid",
  "creationTimestamp",
  "deletionTimestamp",
  "deletionGracePeriodSeconds",
  "generation",
  "resourceVersion",
  "selfLink",
] as const;

function withoutSystemFields(metadata: JsonObject): JsonObject {
  const hidden: ReadonlySet<string> = new Set(systemFields);
  return Object.fromEntries(Object.entries(metadata).filter(([name]) => !hidden.has(name)));
}

/** A new object: metadata of the server's own, no status where that is written apart (but for Nodes). */
export function freshDraft(body: JsonObject, kind: ServedKind, cluster: Cluster): JsonObject {
  const { status, ...rest } = body;
  const emptyStatus = kind.isCustom ? {} : { status: {} };
  const ownStatus = status === undefined ? {} : { status };
  const isDropped = hasSubresource(kind, "status") && strategyOf(kind).keepsStatus !== true;
  const keptStatus = isDropped ? emptyStatus : ownStatus;
  const metadata = {
    ...withoutSystemFields(objectAt(body, "metadata")),
    uid: cluster.newUid(),
    creationTimestamp: timestamp(cluster.clock),
    ...(kind.counts ? { generation: 1 } : {}),
  };
  return tidied({ ...rest, metadata, ...keptStatus });
}

/**
 * A change as the endpoint it was sent to takes it: the main one leaves the status alone where it is written apart, the
 * status endpoint leaves everything else alone. The generation counts changes of what users wish.
 */
export function changedDraft(
  body: JsonObject,
  live: KubeObject,
  kind: ServedKind,
  subresource: string | undefined,
): JsonObject {
  if (subresource === "status") return tidied(statusDraft(body, live));
  const metadata = { ...withoutSystemFields(objectAt(body, "metadata")), ...systemFieldsOf(live) };
  const { status, ...rest } = body;
  const kept = hasSubresource(kind, "status") ? live["status"] : status;
  const next = tidied({ ...rest, metadata, ...(kept === undefined ? {} : { status: kept }) });
  return counted(next, live, kind);
}

function systemFieldsOf(live: KubeObject): JsonObject {
  const pairs = systemFields.map((name) => [name, live.metadata[name]] as const);
  return Object.fromEntries(pairs.filter(([, value]) => value !== undefined));
}

function statusDraft(body: JsonObject, live: KubeObject): JsonObject {
  const managedFields = objectAt(body, "metadata")["managedFields"];
  const { status: _status, ...rest } = live;
  const metadata = { ...live.metadata, ...(managedFields === undefined ? {} : { managedFields }) };
  return { ...rest, metadata, ...(body["status"] === undefined ? {} : { status: body["status"] }) };
}

/** The same with the generation one higher if anything but metadata and, where written apart, status differs. */
export function counted(next: JsonObject, live: KubeObject, kind: ServedKind): JsonObject {
  if (!kind.counts) return next;
  const wishes = (object: JsonObject): JsonObject => {
    const { metadata: _metadata, status, apiVersion: _version, ...rest } = object;
    return hasSubresource(kind, "status") ? rest : { ...rest, ...(status === undefined ? {} : { status }) };
  };
  if (sameJson(wishes(next), wishes(live))) return next;
  const generation = (numberAt(live, "metadata", "generation") ?? 0) + 1;
  return { ...next, metadata: { ...objectAt(next, "metadata"), generation } };
}
