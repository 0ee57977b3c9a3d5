import { describeError } from "../../src/base/errors.js";
import type { Json, JsonObject } from "../../src/base/json.js";
import { arrayAt, at, numberAt, stringAt } from "../../src/base/json.js";
import { readPlaneInfo } from "../support/plane/planeInfo.js";
import { candidateOf, finalizer, routeSpec } from "./app.js";
import { bareClient } from "./floorClient.js";

/**
 * The floor under every controller: `floor PLANE NAMESPACE APP FORM` watches the candidate of one app and does without any
 * thought what has to be done. Readiness lost: one apply with weight 0. Readiness gained: finalizers, live reads, one
 * apply with the weight. It has no gates, no proof, no status and no memory. Prints "ready" once it watches.
 *
 * FORM "bare" writes a route of nothing but its spec; "same" writes the object that the controller would write, with
 * label, annotation and owner reference, which costs the API server more.
 */
async function main(plane: string, namespace: string, app: string, form: string): Promise<void> {
  const { send, follow } = bareClient(readPlaneInfo(plane));
  const name = candidateOf(app);
  const core = `/api/v1/namespaces/${namespace}`;
  const deployment = `/apis/apps/v1/namespaces/${namespace}/deployments`;
  const slices = `/apis/discovery.k8s.io/v1/namespaces/${namespace}/endpointslices`;
  const route = `/apis/gateway.networking.k8s.io/v1/namespaces/${namespace}/httproutes/${app}?fieldManager=floor&force=true`;
  const bodies = [false, true].map((ready) => JSON.stringify(floorRoute(app, ready, form)));
  const apply = (ready: boolean): Promise<string> =>
    send("PATCH", route, "application/apply-patch+yaml", bodies[ready ? 1 : 0]);
  const held = [`${deployment}/${name}`, `${core}/services/${name}`];
  const claim = JSON.stringify([{ op: "add", path: "/metadata/finalizers", value: [finalizer] }]);
  const raise = async (): Promise<void> => {
    await Promise.all(held.map((path) => send("PATCH", path, "application/json-patch+json", claim)));
    const live = await Promise.all(held.map((path) => send("GET", path)));
    if (live.every((text) => text.includes(finalizer))) await apply(true);
  };
  const known = { available: true, endpoints: true };
  const judge = (change: Partial<typeof known>): void => {
    const before = known.available && known.endpoints;
    Object.assign(known, change);
    const ready = known.available && known.endpoints;
    if (ready !== before) (ready ? raise() : apply(false)).catch(fail);
  };
  await apply(true);
  const only = (selector: string): string => `watch=true&${selector}`;
  await follow(`${deployment}?${only(`fieldSelector=metadata.name%3D${name}`)}`, (line) =>
    judge({ available: (numberAt(parse(line), "object", "status", "availableReplicas") ?? 0) > 0 }),
  );
  await follow(`${slices}?${only(`labelSelector=kubernetes.io%2Fservice-name%3D${name}`)}`, (line) =>
    judge({ endpoints: arrayAt(parse(line), "object", "endpoints").some(isReadyEndpoint) }),
  );
  process.stdout.write("ready\n");
}

function floorRoute(app: string, ready: boolean, form: string): Json {
  return {
    apiVersion: "gateway.networking.k8s.io/v1",
    kind: "HTTPRoute",
    metadata: form === "same" ? { name: app, ...marks(app, ready) } : { name: app },
    spec: routeSpec(app, ready),
  };
}

function marks(app: string, ready: boolean): JsonObject {
  const uid = "6f1d7c1e-0000-4000-8000-000000000000";
  const applied = { hash: "0123456789abcdef", weights: { v1: 80, v2: ready ? 20 : 0 } };
  return {
    labels: { "iter8.tools/routemap-uid": uid },
    annotations: { "iter8.tools/applied": JSON.stringify(applied) },
    ownerReferences: [{ apiVersion: "v1", kind: "ConfigMap", name: app, uid }],
  };
}

function isReadyEndpoint(endpoint: Json): boolean {
  return at(endpoint, "conditions", "ready") === true;
}

function parse(line: string): Json {
  const event = JSON.parse(line) as Json;
  if (stringAt(event, "type") === "ERROR") throw new Error(line);
  return event;
}

function fail(thrown: unknown): void {
  process.stderr.write(`floor: ${describeError(thrown)}\n`);
  process.exit(1);
}

const [, , plane = "", namespace = "", app = "", form = "bare"] = process.argv;
main(plane, namespace, app, form).catch(fail);
