import type { Result } from "../../base/result.js";
import { fail, ok } from "../../base/result.js";
import { parseYaml } from "../../base/yaml.js";
import type { ControllerConfig } from "../../config/config.js";
import { decodeConfig } from "../../config/decode.js";
import { checkConfig } from "../checkConfig.js";
import type { Problem } from "../problem.js";
import type { Embedded } from "./embedded.js";

/** A configuration of the controller that was understood. */
export interface LintedConfiguration {
  readonly kind: "configuration";
  /** Kind and name of the ConfigMap it stands in; empty for a file of its own. */
  readonly name: string;
  readonly config: ControllerConfig;
}

/** Decodes a configuration, and the expressions in it, as the controller does at its start. */
export function lintConfiguration(text: Embedded, name: string): Result<LintedConfiguration, readonly Problem[]> {
  const decoded = decodeConfig(text.text);
  if (!decoded.ok) return fail(decoded.error.map((problem) => text.place(problem)));
  const document = parseYaml(text.text);
  const problems = checkConfig(decoded.value).map((problem) => {
    const [, shorthand = ""] = /^resourceTypes\.(.*)\.ready$/.exec(problem.path) ?? [];
    const position = document.ok ? document.value.locate(["resourceTypes", shorthand, "ready"]) : undefined;
    return text.place({ ...problem, ...position });
  });
  return problems.length > 0 ? fail(problems) : ok({ kind: "configuration", name, config: decoded.value });
}
