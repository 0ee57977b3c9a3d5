import type { JsonObject } from "../../../base/json.js";
import { arrayAt, at, numberAt, stringAt } from "../../../base/json.js";
import type { Result } from "../../../base/result.js";
import { fail, ok } from "../../../base/result.js";
import type { Failure } from "../status/failure.js";
import { invalid } from "../status/failure.js";

/** What becomes of the objects that the deleted one owns. */
export type Propagation = "Background" | "Foreground" | "Orphan";

/** How an object is to be deleted. */
export interface DeleteOptions {
  readonly uid?: string;
  readonly resourceVersion?: string;
  /** Absent: what the object's finalizers or its kind say. */
  readonly propagation?: Propagation;
  readonly graceSeconds?: number;
  readonly dryRun: boolean;
}

/** Reads DeleteOptions from a body or, where that has none, from the query. */
export function deleteOptions(body: JsonObject, query: URLSearchParams): Result<DeleteOptions, Failure> {
  const propagation = stringAt(body, "propagationPolicy") ?? query.get("propagationPolicy") ?? undefined;
  const orphan = at(body, "orphanDependents") ?? orphanIn(query);
  if (propagation !== undefined && !isPropagation(propagation))
    return fail(
      problem(
        "propagationPolicy",
        `Unsupported value: "${propagation}": supported values: "Background", "Foreground", "Orphan"`,
        "FieldValueNotSupported",
      ),
    );
  if (propagation !== undefined && orphan !== undefined)
    return fail(problem("propagationPolicy", "orphanDependents and deletionPropagation cannot be both set"));
  const graceSeconds = numberAt(body, "gracePeriodSeconds") ?? numberIn(query, "gracePeriodSeconds");
  if (graceSeconds !== undefined && graceSeconds < 0)
    return fail(problem("gracePeriodSeconds", "must not be negative"));
  const uid = stringAt(body, "preconditions", "uid");
  const resourceVersion = stringAt(body, "preconditions", "resourceVersion");
  const wanted = propagation ?? (orphan === undefined ? undefined : orphan === true ? "Orphan" : "Background");
  return ok({
    ...(uid === undefined ? {} : { uid }),
    ...(resourceVersion === undefined ? {} : { resourceVersion }),
    ...(wanted === undefined ? {} : { propagation: wanted }),
    ...(graceSeconds === undefined ? {} : { graceSeconds }),
    dryRun: arrayAt(body, "dryRun").includes("All") || query.getAll("dryRun").includes("All"),
  });
}

function isPropagation(text: string): text is Propagation {
  return ["Background", "Foreground", "Orphan"].includes(text);
}

function orphanIn(query: URLSearchParams): boolean | undefined {
  const text = query.get("orphanDependents");
  return text === null ? undefined : text === "true";
}

function numberIn(query: URLSearchParams, name: string): number | undefined {
  const text = query.get(name);
  return text === null || !/^\d+$/.test(text) ? undefined : Number(text);
}

function problem(field: string, message: string, reason = "FieldValueInvalid"): Failure {
  return invalid({ group: "meta.k8s.io", resource: "DeleteOptions", name: "" }, [{ reason, message, field }]);
}
