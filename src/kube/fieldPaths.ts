import type { Json } from "../base/json.js";
import { isObject } from "../base/json.js";
import { parseJson } from "./status.js";

/** Nobody owns as many fields by fair means: where there are more, the rest is not looked at. */
const mostFields = 2000;

/** What lies deeper counts as owned by its ancestor at this depth. */
const deepest = 24;

/** Characters of a step that are told. */
const longestStep = 128;

/** Where one owned field is: its steps from the object's root, each as it stands in a path. */
export type FieldPath = readonly string[];

/**
 * The fields that a field set in FieldsV1 notation (KEP-555) owns, in its order: every field that has no owned field
 * below it. What is no FieldsV1 owns nothing; number and depth are bounded whatever is given.
 */
export function ownedFields(fieldsV1: Json | undefined): readonly FieldPath[] {
  const found: FieldPath[] = [];
  const walk = (node: Json | undefined, steps: FieldPath): void => {
    const members = isObject(node) && steps.length < deepest ? Object.entries(node) : [];
    const children = members.filter(([key]) => key !== ".").slice(0, mostFields);
    if (children.length === 0 && steps.length > 0) found.push(steps);
    for (const [key, child] of children) if (found.length < mostFields) walk(child, [...steps, stepOf(key)]);
  };
  walk(fieldsV1, []);
  return found;
}

/** A path as people write it, for example "spec.ports[name=http].port" or "metadata.labels[example.com/team]". */
export function formatFieldPath(path: FieldPath): string {
  return path.join("").replace(/^\./, "");
}

/**
 * One key of FieldsV1 as a step of a path: ".name" of a member (`f:`), "[name=http]" of an item with keys (`k:`),
 * "[=value]" of a member of a set (`v:`), "[0]" of an index (`i:`); what is none of these stands in brackets.
 */
export function stepOf(key: string): string {
  const rest = key.slice(2);
  switch (key.slice(0, 2)) {
    case "f:":
      return /^[A-Za-z_$][\w$-]{0,127}$/.test(rest) ? `.${rest}` : `[${word(rest)}]`;
    case "k:":
      return `[${keysOf(rest) ?? word(rest)}]`;
    case "v:":
      return `[=${scalar(parsed(rest)) ?? word(rest)}]`;
    case "i:":
      return `[${word(rest)}]`;
    default:
      return `[${word(key)}]`;
  }
}

function keysOf(text: string): string | undefined {
  const keys = parsed(text);
  if (!isObject(keys)) return undefined;
  const told = Object.entries(keys).map(([name, value]) => [word(name), scalar(value)] as const);
  if (told.length === 0 || told.some(([, value]) => value === undefined)) return undefined;
  return told.map(([name, value]) => `${name}=${value ?? ""}`).join(",");
}

function parsed(text: string): Json | undefined {
  return text.length > longestStep ? undefined : parseJson(text);
}

function scalar(value: Json | undefined): string | undefined {
  if (typeof value === "string") return word(value);
  return typeof value === "number" || typeof value === "boolean" || value === null ? String(value) : undefined;
}

/** Text inside brackets, in quotes where it could be taken for something else. */
function word(text: string): string {
  const short = text.length > longestStep ? `${text.slice(0, longestStep)}…` : text;
  return /^[^\s\p{C}"[\],=\\]+$/u.test(short) ? short : JSON.stringify(short);
}
