import type { Result } from "../../base/result.js";
import { numberAt, stringAt } from "../../base/json.js";
import type { CelGate } from "../../expressions/cel.js";
import type { KubeObject } from "../../kube/object.js";
import { conditionOf, sinceOf } from "./conditions.js";
import { behind } from "./general.js";
import { servesMeanwhile } from "./tolerance.js";
import type { Finding, Gate } from "./verdict.js";
import { notReady, ready } from "./verdict.js";

/** A condition of the configuration: it must be there, be "True" and belong to today's spec if it says to which. */
export function conditionGate(type: string): Gate {
  const field = `status.conditions[${type}]`;
  return {
    name: `condition ${type}`,
    needsStatus: true,
    judge(input) {
      const condition = conditionOf(input.object, type);
      if (condition === undefined)
        return notReady("ConditionMissing", `its status has no condition ${type}`, { field, value: "absent" });
      const status = stringAt(condition, "status") ?? "absent";
      const more = { field: `${field}.status`, value: status, ...sinceOf(condition) };
      const observed = numberAt(condition, "observedGeneration");
      if (input.generation !== undefined && observed !== undefined && observed < input.generation)
        return behind(input, observed, input.generation, `${field}.observedGeneration`);
      if (status === "True") return ready("ConditionTrue", `its condition ${type} is True`, more);
      const meanwhile = servesMeanwhile(input, type, status);
      if (meanwhile !== undefined)
        return ready("ConditionTolerated", `its condition ${type} is ${status} while ${meanwhile}`, more);
      return notReady("ConditionNotTrue", `its condition ${type} is ${status}${saying(condition)}`, more);
    },
  };
}

function saying(condition: Parameters<typeof stringAt>[0]): string {
  const text = stringAt(condition, "message") ?? stringAt(condition, "reason") ?? "";
  return text === "" ? "" : `: ${text.slice(0, 200)}`;
}

/** A CEL expression of the configuration or of the routemap. One that does not compile lets nothing through. */
export function expressionGate(name: string, compiled: Result<CelGate, string>): Gate {
  return {
    name,
    needsStatus: true,
    judge: ({ object }) =>
      compiled.ok ? judged(compiled.value, object) : notReady("ExpressionInvalid", compiled.error),
  };
}

function judged(gate: CelGate, object: KubeObject): Finding {
  const { answer, reason, message } = gate.evaluate(object);
  const more = { field: gate.source };
  if (answer === "ready") return ready("ExpressionTrue", message, more);
  return notReady(reason === "Truncated" ? "Truncated" : `Expression${reason}`, message, more);
}
