import type { Result } from "../base/result.js";
import { fail, ok } from "../base/result.js";
import { Budget } from "./budget.js";
import type { TemplateLimits } from "./budget.js";
import { deepCopy } from "./copy.js";
import type { TemplateError } from "./error.js";
import { Fault, locate } from "./error.js";
import { Evaluator } from "./evaluator.js";
import { functions, mutators } from "./functions/table.js";
import { LeanBodies } from "./syntax/leanBodies.js";
import type { Bodies } from "./syntax/parser.js";
import { parse } from "./syntax/parser.js";
import { wellFormed } from "./text.js";
import type { TemplateFunc, TemplateValue } from "./value.js";

/** Longest source, in UTF-16 units. */
export const maxSourceLength = 262_144;

/** A parsed template. Made by `parseTemplate`; it may be executed any number of times. */
export interface Template {
  readonly name: string;
  readonly source: string;
  readonly bodies: LeanBodies;
  /** True where it uses functions that change maps; it then works on a copy of the data. */
  readonly mutates: boolean;
}

/**
 * Parses a template in the syntax of Go's text/template. `name` stands in errors. The functions are Go's own, sprig's
 * pure ones and toYaml, fromYaml, required.
 */
export function parseTemplate(name: string, source: string): Result<Template, TemplateError> {
  if (source.length > maxSourceLength) {
    const message = `the template is longer than ${maxSourceLength} characters`;
    return fail({ code: "LIMIT", template: name, line: 1, column: 1, message });
  }
  const text = wellFormed(source);
  try {
    const { bodies, calls } = parse(name, text, functions);
    const mutates = mutators.some((mutator) => calls.has(mutator));
    return ok({ name, source: text, bodies: new LeanBodies(bodies, name, text, bodiesOf), mutates });
  } catch (thrown) {
    if (thrown instanceof Fault) return fail(locate(thrown, name, text, 0));
    throw thrown;
  }
}

function bodiesOf(name: string, text: string): Bodies {
  return parse(name, text, functions).bodies;
}

/**
 * Renders a template. The data is never changed: a template that uses `set` and its like gets a copy. Missing map keys
 * print `<no value>`, as in Go with `missingkey=zero`. Nothing is escaped. Never throws, unless a method of the data does.
 */
export function executeTemplate(
  template: Template,
  data: TemplateValue,
  limits?: TemplateLimits,
): Result<string, TemplateError> {
  const budget = new Budget(limits);
  const invoke = (method: TemplateFunc): TemplateValue => (template.mutates ? deepCopy(method(), budget) : method());
  const evaluator = new Evaluator(template.bodies.get(), budget, invoke);
  try {
    return ok(evaluator.run(template.name, template.mutates ? deepCopy(data, budget) : data));
  } catch (thrown) {
    if (thrown instanceof Fault) return fail(locate(thrown, template.name, template.source, evaluator.offset));
    throw thrown;
  } finally {
    if (limits?.meter !== undefined) limits.meter.left -= budget.used;
  }
}
