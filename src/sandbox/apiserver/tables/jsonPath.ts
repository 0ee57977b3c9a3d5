import type { Json } from "../../../base/json.js";
import { at, isArray, isObject } from "../../../base/json.js";

type Step = (value: Json) => readonly Json[];

const tokens =
  /\.\.(?=[\w*])|\.?\[\s*\?\(\s*@((?:\.[\w-]+|\['[^']*'\])+)\s*(==|!=|>=|<=|>|<)\s*("[^"]*"|'[^']*'|[\w.+-]+)\s*\)\s*\]|\.?\[\s*(-?\d+|\*)\s*\]|\.?\[\s*(?:'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)")\s*\]|\.((?:[^.[\]\\]|\\.)+)/gy;

/**
 * Compiles a simple JSONPath as additionalPrinterColumns use it: members (`.spec.a`, `['a.b']`, `\.` for a dot in a name),
 * `[0]`, `[*]`, `..name` and filters `[?(@.type=="Ready")]`. Undefined: not understood.
 */
export function compileJsonPath(path: string): ((value: Json) => readonly Json[]) | undefined {
  const text = path.startsWith("$") ? path.slice(1) : path;
  const steps: Step[] = [];
  tokens.lastIndex = 0;
  let from = 0;
  while (from < text.length) {
    tokens.lastIndex = from;
    const match = tokens.exec(text);
    if (match === null) return undefined;
    from = tokens.lastIndex;
    if (match[0] === "..") {
      steps.push(descendants);
      if (/^\w/.test(text.slice(from))) from -= 1;
      continue;
    }
    steps.push(stepOf(match));
  }
  return (value) => steps.reduce<readonly Json[]>((found, step) => found.flatMap((one) => [...step(one)]), [value]);
}

function stepOf(match: RegExpExecArray): Step {
  const [, filtered, operator = "", operand = "", index, single, double, plain = ""] = match;
  if (filtered !== undefined) return filterStep(filtered, operator, operand);
  if (index === "*" || plain === "*") return children;
  if (index !== undefined) return indexStep(Number(index));
  return memberStep(unescaped(single ?? double ?? plain));
}

const memberStep =
  (name: string): Step =>
  (value) => {
    const found = at(value, name);
    return found === undefined ? [] : [found];
  };

const indexStep =
  (index: number): Step =>
  (value) => {
    const found = isArray(value) ? value.at(index) : undefined;
    return found === undefined ? [] : [found];
  };

const children: Step = (value) => {
  if (isArray(value)) return value;
  return isObject(value) ? Object.values(value).filter((member) => member !== undefined) : [];
};

const descendants: Step = (value) => [value, ...children(value).flatMap((child) => [...descendants(child)])];

function filterStep(path: string, operator: string, operand: string): Step {
  const names = [...path.matchAll(/\.([\w-]+)|\['([^']*)'\]/g)].map(([, plain, quoted]) => plain ?? quoted ?? "");
  const wanted = /^["']/.test(operand) ? operand.slice(1, -1) : literal(operand);
  return (value) => (isArray(value) ? value : [value]).filter((item) => compares(at(item, ...names), operator, wanted));
}

function literal(text: string): Json {
  if (text === "true" || text === "false") return text === "true";
  return Number.isNaN(Number(text)) ? text : Number(text);
}

function compares(found: Json | undefined, operator: string, wanted: Json): boolean {
  if (found === undefined) return false;
  if (operator === "==") return found === wanted;
  if (operator === "!=") return found !== wanted;
  const [a, b] = [Number(found), Number(wanted)];
  if (operator === ">") return a > b;
  if (operator === "<") return a < b;
  return operator === ">=" ? a >= b : a <= b;
}

function unescaped(text: string): string {
  return text.replace(/\\(.)/g, "$1");
}
