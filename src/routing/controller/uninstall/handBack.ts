import type { Api, PatchOperation } from "../../../kube/api.js";
import { isConflict, isInvalid, isNotFound, isOutcomeUnknown } from "../../../kube/apiError.js";
import { removeFinalizer } from "../../../kube/finalizers.js";
import type { KubeObject } from "../../../kube/object.js";
import { names } from "../../names.js";
import type { Leftover } from "../../uninstall/leftover.js";
import { giveUp } from "../removeOutput.js";

/** Tries before others' writes are given way to. */
const tries = 8;

/**
 * Makes a route nobody's: label, note and the owner reference to its routemap go, so neither a controller nor the
 * garbage collector deletes it. Returns why that failed, or undefined.
 */
export function giveUpRoute(api: Api, leftover: Leftover, signal: AbortSignal): Promise<string | undefined> {
  return patch(
    api,
    leftover,
    (object) => {
      const owner = object.metadata.labels?.[names.owner];
      return owner === undefined ? undefined : giveUp(object, owner);
    },
    signal,
  );
}

/** Takes our finalizer off, and no other; returns why that failed, or undefined. */
export function stripFinalizer(api: Api, leftover: Leftover, signal: AbortSignal): Promise<string | undefined> {
  return patch(api, leftover, (object) => removeFinalizer(object, names.finalizer), signal);
}

/** Patches the object as it was seen, and after a change by others as it is by then. One that is gone is done. */
async function patch(
  api: Api,
  { resource, object }: Leftover,
  operationsOn: (object: KubeObject) => readonly PatchOperation[] | undefined,
  signal: AbortSignal,
): Promise<string | undefined> {
  const { namespace, name, uid } = object.metadata;
  const ref = { name, ...(namespace === undefined ? {} : { namespace }) };
  let seen = object;
  for (let attempt = 0; attempt < tries; attempt += 1) {
    const operations = operationsOn(seen);
    if (operations === undefined) return undefined;
    const answer = await api.jsonPatch(resource, ref, operations, signal);
    if (answer.ok || isNotFound(answer.error)) return undefined;
    if (!isConflict(answer.error) && !isInvalid(answer.error) && !isOutcomeUnknown(answer.error))
      return answer.error.message;
    const fresh = await api.get(resource, ref, signal);
    if (!fresh.ok) return isNotFound(fresh.error) ? undefined : fresh.error.message;
    if (fresh.value.metadata.uid !== uid) return undefined;
    if (fresh.value.metadata.resourceVersion === seen.metadata.resourceVersion && !isOutcomeUnknown(answer.error))
      return answer.error.message;
    seen = fresh.value;
  }
  return "others keep changing it";
}
