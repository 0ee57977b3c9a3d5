import type { Json } from "../../../src/base/json.js";
import type { TemplateError, TemplateLimits } from "../../../src/templates/index.js";
import { executeTemplate, fromJson, parseTemplate } from "../../../src/templates/index.js";

/** Parses and renders; the output or the error. */
export function render(source: string, data: Json = {}, limits?: TemplateLimits): string | TemplateError {
  const parsed = parseTemplate("test", source);
  if (!parsed.ok) return parsed.error;
  const rendered = executeTemplate(parsed.value, fromJson(data), limits);
  return rendered.ok ? rendered.value : rendered.error;
}

/** "CODE line:column" of the failure, or the output. */
export function outcome(source: string, data: Json = {}, limits?: TemplateLimits): string {
  const result = render(source, data, limits);
  return typeof result === "string" ? result : `${result.code} ${result.line}:${result.column}`;
}
