import type { ControllerConfig } from "../config/config.js";
import { compileGate } from "../expressions/cel.js";
import type { Problem } from "./problem.js";

/** What is wrong with the CEL expressions of a configuration; its decoder knows them as text only. */
export function checkConfig(config: ControllerConfig): readonly Problem[] {
  return config.kinds.flatMap((kind): Problem[] => {
    if (kind.ready === undefined) return [];
    const gate = compileGate(kind.ready, kind.specPaths);
    return gate.ok
      ? []
      : [{ path: `resourceTypes.${kind.shorthand}.ready`, message: gate.error, fix: "correct the expression" }];
  });
}
