import type { Result } from "../../base/result.js";
import type { KindSettings } from "../../config/kind.js";
import type { CelGate } from "../../expressions/cel.js";
import { compileGate } from "../../expressions/cel.js";
import type { KubeObject } from "../../kube/object.js";
import { groupResourceOf } from "../../kube/resource.js";
import { describeRef } from "../routemap.js";
import { conditionGate, expressionGate } from "./configured.js";
import { deletion, replicas, statusAge } from "./general.js";
import { kindGates, trustsObservedGeneration } from "./kinds.js";
import type { Finding, Gate, GateInput, ResourceInput, Verdict } from "./verdict.js";
import { notReady, ready, unseen } from "./verdict.js";

/**
 * Every gate of a kind after existence, in the order in which they are asked. The chain depends on the settings alone;
 * keep it where many objects of the kind are judged.
 */
export function gateChain(kind: KindSettings): readonly Gate[] {
  const expression = kind.ready === undefined ? [] : [compileGate(kind.ready, kind.specPaths)];
  return [
    deletion,
    replicas,
    statusAge,
    ...kindGates(kind),
    ...kind.conditions.map(conditionGate),
    ...expression.map((compiled) => expressionGate("expression of the kind", compiled)),
  ];
}

/**
 * What every gate says about one resource, at least one verdict. An object that does not exist or cannot be seen gets
 * that one verdict. Behind the kind's chain stands the routemap's own expression.
 */
export function judgeResource(
  input: ResourceInput,
  chain: readonly Gate[] = gateChain(input.kind),
): readonly Verdict[] {
  const resource = describeRef(input.ref);
  const existing = lookUp(input);
  const first: Verdict = { ...existing.finding, gate: "existence", resource };
  if (existing.object === undefined) return [first];
  const { object } = existing;
  const generation = trustsObservedGeneration(input.kind) ? object.metadata.generation : undefined;
  const gateInput: GateInput = { ...input, object, generation };
  const own = ownExpression(input).map((compiled) => expressionGate("expression of the routemap", compiled));
  const verdicts = [first];
  if (input.doomed === true)
    verdicts.push({
      ...notReady("NamespaceTerminating", "its namespace is being deleted"),
      gate: "namespace",
      resource,
    });
  let behind = false;
  for (const gate of [...chain, ...own]) {
    if (behind && gate.needsStatus) continue;
    const finding = gate.judge(gateInput);
    if (finding === undefined) continue;
    behind ||= finding.reason === "StatusBehind";
    verdicts.push({ ...finding, gate: gate.name, resource });
  }
  return verdicts;
}

function ownExpression({ ref, kind }: ResourceInput): readonly Result<CelGate, string>[] {
  return ref.ready === undefined ? [] : [compileGate(ref.ready, kind.specPaths)];
}

/**
 * How Iter8's release chart ends the name of a ConfigMap that exists to carry a version's weight annotation. It lists
 * some that it never makes.
 */
const weightConfig = "-weight-config";

interface Existence {
  readonly finding: Finding;
  readonly object?: KubeObject;
}

function lookUp({ seen, ref, kind }: ResourceInput): Existence {
  switch (seen.state) {
    case "unseen":
      return { finding: unseen(seen.reason, seen.message) };
    case "kindAbsent":
      return { finding: notReady("KindAbsent", "the cluster does not have this kind; install its CRD") };
    case "seen":
      if (seen.object !== undefined) return { finding: ready("Exists", "it exists"), object: seen.object };
      if (groupResourceOf(kind) === "configmaps" && ref.name.endsWith(weightConfig))
        return { finding: ready("NoOverride", "it does not exist, so the weight is that of the spec") };
      return { finding: notReady("NotFound", 'it does not exist, or lacks the label iter8.tools/watch: "true"') };
  }
}

/** The answer of a version and the verdict that gave it. */
export interface Judgement {
  readonly answer: Verdict["answer"];
  readonly decisive: Verdict;
}

const nothingListed: Verdict = {
  answer: "ready",
  gate: "resources",
  reason: "NothingListed",
  message: "the version lists no resources, so nothing holds it back",
  resource: "",
};

/**
 * Sums up the verdicts of a version's resources: not ready beats unseen beats ready, since deletion and replicas 0 need
 * no fresh status. The first verdict of the winning answer is the decisive one. A version without resources is ready,
 * as in Iter8.
 */
export function judgeVersion(verdicts: readonly Verdict[]): Judgement {
  const decisive =
    verdicts.find((verdict) => verdict.answer === "notReady") ??
    verdicts.find((verdict) => verdict.answer === "unseen") ??
    verdicts.at(-1) ??
    nothingListed;
  return { answer: decisive.answer, decisive };
}
