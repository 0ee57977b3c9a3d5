import type { Json } from "../../src/base/json.js";
import { arrayAt, at, numberAt } from "../../src/base/json.js";
import { readPlaneInfo } from "../support/plane/planeInfo.js";
import { candidateOf } from "./app.js";
import { FloorCalls } from "./floorCalls.js";
import { bareClient, eventIn, failFloor } from "./floorClient.js";

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
  const calls = new FloorCalls(send, namespace, app, form);
  const name = candidateOf(app);
  const known = { available: true, endpoints: true };
  const judge = (change: Partial<typeof known>): void => {
    const before = known.available && known.endpoints;
    Object.assign(known, change);
    const ready = known.available && known.endpoints;
    if (ready !== before) (ready ? calls.raise() : calls.apply(false)).catch(failFloor);
  };
  await calls.apply(true);
  const only = (selector: string): string => `watch=true&${selector}`;
  await follow(`${calls.deployments}?${only(`fieldSelector=metadata.name%3D${name}`)}`, (line) =>
    judge({ available: (numberAt(eventIn(line), "object", "status", "availableReplicas") ?? 0) > 0 }),
  );
  await follow(`${calls.slices}?${only(`labelSelector=kubernetes.io%2Fservice-name%3D${name}`)}`, (line) =>
    judge({ endpoints: arrayAt(eventIn(line), "object", "endpoints").some(isReadyEndpoint) }),
  );
  process.stdout.write("ready\n");
}

function isReadyEndpoint(endpoint: Json): boolean {
  return at(endpoint, "conditions", "ready") === true;
}

const [, , plane = "", namespace = "", app = "", form = "bare"] = process.argv;
main(plane, namespace, app, form).catch(failFloor);
