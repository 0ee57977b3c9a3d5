import type { Result } from "../../../base/result.js";
import { fail, ok } from "../../../base/result.js";
import type { ServedKind } from "../kinds/servedKind.js";
import type { Failure } from "../status/failure.js";
import { badRequest } from "../status/failure.js";
import type { Stored } from "../store/stored.js";
import { parseFieldSelector } from "./fieldSelector.js";
import { parseLabelSelector } from "./labelSelector.js";

/** Which objects of a kind a list, watch or collection deletion is about. */
export interface Selection {
  readonly kind: ServedKind;
  /** Absent: all namespaces. */
  readonly namespace?: string;
  readonly matches: (stored: Stored) => boolean;
  /** Whether selectors or a name leave anything out. */
  readonly isNarrow: boolean;
}

/** Reads the selectors of a query. `name`: of a request for one object only. */
export function selectionOf(
  kind: ServedKind,
  namespace: string | undefined,
  query: URLSearchParams,
  name?: string,
): Result<Selection, Failure> {
  const labelText = query.get("labelSelector") ?? "";
  const fieldText = query.get("fieldSelector") ?? "";
  const labels = parseLabelSelector(labelText);
  if (!labels.ok) return fail(badRequest(labels.error));
  const fields = parseFieldSelector(fieldText, kind);
  if (!fields.ok) return fail(badRequest(unmatchable(kind, labelText, fieldText, fields.error)));
  return ok({
    kind,
    ...(namespace === undefined ? {} : { namespace }),
    matches: (stored) =>
      (namespace === undefined || stored.namespace === namespace) &&
      (name === undefined || stored.name === name) &&
      labels.value(stored.labels) &&
      fields.value.matches(stored),
    isNarrow: labelText !== "" || fieldText !== "" || name !== undefined,
  });
}

function unmatchable(kind: ServedKind, labels: string, fields: string, problem: string): string {
  const resource = `${kind.group}/${kind.version}, Resource=${kind.plural}`;
  return `Unable to find "${resource}" that match label selector "${labels}", field selector "${fields}": ${problem}`;
}
