import type { ResetField } from "../apply/untracked.js";
import type { ServedKind } from "../kinds/servedKind.js";
import { hasSubresource } from "../kinds/servedKind.js";

/** What a request to this endpoint cannot change, and therefore nobody owns by it. */
export function resetFields(kind: ServedKind, subresource?: string): readonly ResetField[] {
  if (subresource === "status") return [["spec"], ["metadata"]];
  return hasSubresource(kind, "status") ? [["status"]] : [];
}
