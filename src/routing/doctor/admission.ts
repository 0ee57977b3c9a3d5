import type { Json } from "../../base/json.js";
import { arrayAt, stringAt } from "../../base/json.js";
import { groupResourceOf } from "../../kube/resource.js";
import type { ClusterFacts } from "./clusterFacts.js";
import { outputKinds } from "./clusterFacts.js";
import type { Finding } from "./finding.js";
import { describeObject } from "./inventory.js";

/** "resource.group" of what is asked before an object is stored. */
export const admissionKinds = {
  policies: "validatingadmissionpolicies.admissionregistration.k8s.io",
  bindings: "validatingadmissionpolicybindings.admissionregistration.k8s.io",
  mutating: "mutatingwebhookconfigurations.admissionregistration.k8s.io",
  validating: "validatingwebhookconfigurations.admissionregistration.k8s.io",
} as const;

const guard = "pointsman-foreground-deletion";
const component = "../pointsman/kustomize/components/deletion-guard";

/** Whether foreground deletions are guarded, and whose servers must answer before anything of ours is written. */
export function checkAdmission(facts: ClusterFacts): readonly Finding[] {
  return [...guards(facts), ...webhooks(facts)];
}

function guards({ inventory }: ClusterFacts): readonly Finding[] {
  const object = `ValidatingAdmissionPolicy ${guard}`;
  const about = { check: "admission", object } as const;
  if (!inventory.knows(admissionKinds.policies)) return [];
  if (inventory.find(admissionKinds.policies, "", guard) === undefined)
    return [
      {
        ...about,
        severity: "info",
        message: "nothing warns who deletes in the foreground what carries traffic",
        fix: `components: [${component}] in the installation's kustomization.yaml`,
      },
    ];
  const bindings = inventory.list(admissionKinds.bindings);
  const isBound = bindings.some((binding) => stringAt(binding, "spec", "policyName") === guard);
  if (isBound || !inventory.knows(admissionKinds.bindings)) return [];
  const message = "the policy is there and nothing binds it, so it does nothing";
  return [{ ...about, severity: "warning", message, fix: `apply the component ${component} again` }];
}

/** A webhook that must answer (failurePolicy Fail, the default) keeps the controller from writing while it is down. */
function webhooks(facts: ClusterFacts): readonly Finding[] {
  const written = [...outputKinds(facts.config), ...facts.config.kinds.filter(({ hold }) => hold)];
  const configurations = [admissionKinds.mutating, admissionKinds.validating].flatMap((kind) =>
    facts.inventory.list(kind),
  );
  return configurations.flatMap((configuration) =>
    arrayAt(configuration, "webhooks").flatMap((webhook): Finding[] => {
      if ((stringAt(webhook, "failurePolicy") ?? "Fail") !== "Fail") return [];
      const touched = [...new Set(written.filter((kind) => matches(webhook, kind)).map(groupResourceOf))];
      if (touched.length === 0) return [];
      return [
        {
          severity: "info",
          check: "admission",
          object: describeObject(configuration),
          message: `while the server of ${stringAt(webhook, "name") ?? "its webhook"} is down, Pointsman cannot write ${touched.join(", ")}`,
          fix: "run several replicas of it, or failurePolicy: Ignore where it is no matter of safety",
        },
      ];
    }),
  );
}

function matches(webhook: Json, { group, resource }: { readonly group: string; readonly resource: string }): boolean {
  return arrayAt(webhook, "rules").some((rule) => {
    const has = (name: string, ...wanted: readonly string[]): boolean => {
      const listed = arrayAt(rule, name);
      return wanted.some((one) => listed.includes(one));
    };
    return (
      has("apiGroups", "*", group) &&
      has("resources", "*", "*/*", resource, `${resource}/*`) &&
      has("operations", "*", "UPDATE", "CREATE")
    );
  });
}
