export type { TemplateLimits } from "./budget.js";
export { defaultLimits } from "./budget.js";
export type { TemplateError } from "./error.js";
export type { Template } from "./template.js";
export { executeTemplate, maxSourceLength, parseTemplate } from "./template.js";
export type { TemplateFunc, TemplateList, TemplateValue } from "./value.js";
export { fromJson, TemplateMap } from "./value.js";
