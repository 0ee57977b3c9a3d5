import type { Result } from "../../../base/result.js";
import { fail, ok } from "../../../base/result.js";

/** Whether labels are selected. */
export type LabelMatcher = (labels: Readonly<Record<string, string>>) => boolean;

const key = String.raw`[A-Za-z0-9][-A-Za-z0-9_./]*`;
const setPattern = new RegExp(String.raw`^(${key})\s+(in|notin)\s*\(([^()]*)\)$`);
const pairPattern = new RegExp(String.raw`^(${key})\s*(==|=|!=)\s*([-A-Za-z0-9_.]*)$`);
const existsPattern = new RegExp(String.raw`^(!?)\s*(${key})$`);
const orderPattern = new RegExp(String.raw`^(${key})\s*([<>])\s*(-?\d+)$`);

/**
 * Reads a label selector (Kubernetes, "Labels and Selectors"): `a=b`, `a==b`, `a!=b`, `a in (b,c)`, `a notin (b,c)`,
 * `a`, `!a`, `a>1`, `a<1`, joined by commas. An error is what is wrong, in words.
 */
export function parseLabelSelector(text: string): Result<LabelMatcher, string> {
  if (text.trim() === "") return ok(() => true);
  const matchers: LabelMatcher[] = [];
  for (const part of text.match(/(?:[^,(]|\([^)]*\)?)+/g) ?? []) {
    const matcher = requirement(part.trim());
    if (matcher === undefined)
      return fail(`unable to parse requirement: ${JSON.stringify(part.trim())} is no label selector`);
    matchers.push(matcher);
  }
  return ok((labels) => matchers.every((holds) => holds(labels)));
}

function requirement(text: string): LabelMatcher | undefined {
  return setRequirement(text) ?? pairRequirement(text) ?? orderRequirement(text) ?? existsRequirement(text);
}

function setRequirement(text: string): LabelMatcher | undefined {
  const [whole, name = "", operator, list = ""] = setPattern.exec(text) ?? [];
  if (whole === undefined) return undefined;
  const values = new Set(list.split(",").map((value) => value.trim()));
  const isIn: LabelMatcher = (labels) => Object.hasOwn(labels, name) && values.has(labels[name] ?? "");
  return operator === "in" ? isIn : (labels) => !isIn(labels);
}

function pairRequirement(text: string): LabelMatcher | undefined {
  const [whole, name = "", operator, value = ""] = pairPattern.exec(text) ?? [];
  if (whole === undefined) return undefined;
  const equals: LabelMatcher = (labels) => Object.hasOwn(labels, name) && labels[name] === value;
  return operator === "!=" ? (labels) => !equals(labels) : equals;
}

function orderRequirement(text: string): LabelMatcher | undefined {
  const [whole, name = "", operator, bound = ""] = orderPattern.exec(text) ?? [];
  if (whole === undefined) return undefined;
  return (labels) => {
    const value = Object.hasOwn(labels, name) ? Number(labels[name]) : Number.NaN;
    return operator === ">" ? value > Number(bound) : value < Number(bound);
  };
}

function existsRequirement(text: string): LabelMatcher | undefined {
  const [whole, not, name = ""] = existsPattern.exec(text) ?? [];
  if (whole === undefined) return undefined;
  return (labels) => Object.hasOwn(labels, name) !== (not === "!");
}
