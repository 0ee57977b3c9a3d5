import type { Json, JsonObject } from "../../../src/base/json.js";
import { canonicalJson, isArray, isObject } from "../../../src/base/json.js";
import type { KubeObject } from "../../../src/kube/object.js";
import type { Scene } from "../../support/scene.js";
import { configMaps, deployments, httpRoutes, services } from "../../support/scene.js";

/** Kind and name → what is stored, without what differs from run to run. */
export type EndState = ReadonlyMap<string, string>;

/** Members that no two runs share: identities, counters, times, addresses that the server draws. */
const masked = new Set([
  "uid",
  "resourceVersion",
  "creationTimestamp",
  "deletionTimestamp",
  "generation",
  "observedGeneration",
  "time",
  "lastTransitionTime",
  "clusterIP",
  "clusterIPs",
  "iter8.tools/routemap-uid",
  "iter8.tools/applied",
]);

const uid = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g;
const instant = /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z/g;

/** All that the controller writes to or holds in a scene's namespace. */
export async function endState(scene: Scene): Promise<EndState> {
  const kinds = [deployments, services, httpRoutes, configMaps];
  const lists = await Promise.all(kinds.map((kind) => scene.admin.list(kind, scene.namespace)));
  const objects = lists.flat().filter(({ metadata }) => metadata.name !== "kube-root-ca.crt");
  return new Map(
    objects.map((object) => [`${object.kind}/${object.metadata.name}`, maskedText(object, scene.namespace)]),
  );
}

/** An object as text with everything masked; status, which others write, is left out. */
export function maskedText(object: KubeObject, namespace: string): string {
  const { status: _status, metadata, ...rest } = object;
  const managedFields = (metadata.managedFields ?? [])
    .filter(({ subresource }) => subresource === undefined)
    .map((entry) => mask(entry))
    .sort((a, b) => (canonicalJson(a) < canonicalJson(b) ? -1 : 1));
  const whole = { ...rest, metadata: { ...metadata, managedFields } };
  const text = canonicalJson(mask(whole));
  return text.replaceAll(namespace, "NAMESPACE").replaceAll(uid, "UID").replaceAll(instant, "TIME");
}

/** What is different, one line for each object. */
export function differences(expected: EndState, actual: EndState): readonly string[] {
  const keys = [...new Set([...expected.keys(), ...actual.keys()])].sort();
  return keys.flatMap((key) => {
    const [wanted = "not there", found = "not there"] = [expected.get(key), actual.get(key)];
    return wanted === found ? [] : [`${key}: expected ${wanted}, found ${found}`];
  });
}

function mask(value: Json): Json {
  if (isArray(value)) return value.map(mask);
  if (!isObject(value)) return value;
  const members: Record<string, Json> = {};
  for (const [key, member] of Object.entries(value)) {
    if (member === undefined) continue;
    if (masked.has(key)) members[key] = "MASKED";
    else if (key === "iter8.tools/status" && typeof member === "string")
      members[key] = mask(JSON.parse(member) as JsonObject);
    else members[key] = mask(member);
  }
  return members;
}
