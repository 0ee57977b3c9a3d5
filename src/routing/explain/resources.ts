import type { ResourceFacts, VersionFacts } from "../facts.js";
import type { Verdict } from "../gates/verdict.js";
import type { Evidence, GateExplanation, ResourceExplanation } from "./explanation.js";
import { rfc3339 } from "./moment.js";

/** Every resource of a version with what each gate read and said. */
export function explainResources({ resources }: VersionFacts): readonly ResourceExplanation[] {
  return resources.map((resource) => ({
    kind: resource.ref.kind,
    namespace: resource.ref.namespace,
    name: resource.ref.name,
    state: stateOf(resource),
    deleting: resource.deleting,
    held: resource.held,
    gates: resource.verdicts.map(explainGate),
  }));
}

function stateOf({ seen, object }: ResourceFacts): ResourceExplanation["state"] {
  if (seen.state !== "seen") return seen.state;
  return object === undefined ? "absent" : "exists";
}

function explainGate({ gate, answer, reason, message, field, value, since }: Verdict): GateExplanation {
  return {
    gate,
    answer,
    reason,
    message,
    ...(field === undefined ? {} : { field }),
    ...(value === undefined ? {} : { value }),
    ...(since === undefined ? {} : { since: rfc3339(since) }),
  };
}

/** What a verdict was read from. */
export function evidenceOf({ resource, field, value, since }: Verdict): Evidence {
  return {
    object: resource,
    ...(field === undefined ? {} : { field }),
    ...(value === undefined ? {} : { value }),
    ...(since === undefined ? {} : { since: rfc3339(since) }),
  };
}
