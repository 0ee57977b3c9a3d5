import type { KubeObject } from "./object.js";
import type { Selection } from "./api.js";

type Requirement = (labels: Readonly<Record<string, string>>) => boolean;

/**
 * A predicate for what a selection holds. Label selectors are understood in full (`a=b`, `a==b`, `a!=b`, `a`, `!a`,
 * `a in (b,c)`, `a notin (b,c)`), field selectors only for `metadata.name` and `metadata.namespace`; other fields are
 * taken to match.
 */
export function selectionMatcher(selection: Selection): (object: KubeObject) => boolean {
  const requirements = parseLabelSelector(selection.labelSelector ?? "");
  const fields = parseFieldSelector(selection.fieldSelector ?? "");
  return (object) =>
    (selection.namespace === undefined || object.metadata.namespace === selection.namespace) &&
    requirements.every((holds) => holds(object.metadata.labels ?? {})) &&
    fields.every((holds) => holds(object));
}

function parseLabelSelector(text: string): readonly Requirement[] {
  const parts = text.match(/(?:[^,(]|\([^)]*\))+/g) ?? [];
  return parts.map((part) => parseRequirement(part.trim()));
}

function parseRequirement(text: string): Requirement {
  const set = /^(\S+)\s+(in|notin)\s*\(([^)]*)\)$/.exec(text);
  if (set !== null) {
    const [, key = "", operator = "", list = ""] = set;
    const values = new Set(list.split(",").map((value) => value.trim()));
    const isIn: Requirement = (labels) => Object.hasOwn(labels, key) && values.has(labels[key] ?? "");
    return operator === "in" ? isIn : (labels) => !isIn(labels);
  }
  const pair = /^([^!=\s]+)\s*(==?|!=)\s*(\S*)$/.exec(text);
  if (pair !== null) {
    const [, key = "", operator = "", value = ""] = pair;
    const equals: Requirement = (labels) => Object.hasOwn(labels, key) && labels[key] === value;
    return operator === "!=" ? (labels) => !equals(labels) : equals;
  }
  if (text.startsWith("!")) return (labels) => !Object.hasOwn(labels, text.slice(1).trim());
  return (labels) => Object.hasOwn(labels, text);
}

function parseFieldSelector(text: string): readonly ((object: KubeObject) => boolean)[] {
  return text.split(",").flatMap((part) => {
    const [, field = "", operator = "", value = ""] =
      /^\s*metadata\.(name|namespace)\s*(==?|!=)\s*(\S*)\s*$/.exec(part) ?? [];
    if (field === "") return [];
    return [(object: KubeObject) => (object.metadata[field] === value) !== (operator === "!=")];
  });
}
