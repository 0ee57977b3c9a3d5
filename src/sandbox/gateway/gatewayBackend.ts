import type { Json } from "../../base/json.js";
import { numberAt, stringAt } from "../../base/json.js";
import type { Target } from "./rule.js";

/** The Service that a backend reference of Gateway API names, or why it names none. */
export function backendTarget(
  ref: Json | undefined,
  namespace: string,
): { readonly target: Target | undefined; readonly fault?: string } {
  const group = stringAt(ref, "group") ?? "";
  const kind = stringAt(ref, "kind") ?? "Service";
  const name = stringAt(ref, "name") ?? "";
  if (group !== "" || kind !== "Service")
    return { target: undefined, fault: `the backend ${name} is of kind ${kind}, which is no Service` };
  const port = numberAt(ref, "port");
  if (port === undefined) return { target: undefined, fault: `the backend ${name} names no port` };
  return { target: { namespace: stringAt(ref, "namespace") ?? namespace, name, port } };
}
