/**
 * Go's text/template, our own: pure, synchronous and bounded. Golden files hold it to Go 1.26 with sprig 3.3.
 *
 * Where it differs from Go, on purpose:
 * - There is one type of int (Go's `int`) and one of list and map: `kindOf (add 1 2)` is "int", not "int64", and a
 *   function that takes an int takes the result of `add`. `%T` says `[]interface {}` for every list.
 * - `fromJson` and `fromYaml` make ints of whole numbers, as the data does; invalid YAML is an error.
 * - Text is Unicode: a character cut by `trunc` or `slice` becomes U+FFFD; `initials` and `nospace` keep characters whole.
 * - `keys` and `values` are sorted. `slice` is Go's own. `toYaml` quotes the key `<<` and never writes a `?` key.
 * - Complex numbers, `%p` of an address and the binary verbs of floats are errors; so is encoding a function or NaN.
 */
export type { StepMeter, TemplateLimits } from "./budget.js";
export { defaultLimits } from "./budget.js";
export type { TemplateError } from "./error.js";
export type { Template } from "./template.js";
export { executeTemplate, maxSourceLength, parseTemplate } from "./template.js";
export type { TemplateFunc, TemplateList, TemplateValue } from "./value.js";
export { fromJson, TemplateMap } from "./value.js";
