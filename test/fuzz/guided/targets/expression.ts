import type { Json } from "../../../../src/base/json.js";
import { judgeExpression, largeObject } from "../../oracles/expression.js";
import { teach } from "../dictionary.js";

const signs = [" == ", " != ", " + ", " - ", " * ", " / ", " % ", " < ", " >= ", " in ", " && ", " || ", " ? ", " : "];
const macros = [".all(x, ", ".exists(x, ", ".exists_one(x, ", ".filter(x, ", ".map(x, ", "has(", "cel.bind("];
const calls = ["size(", "string(", "int(", "double(", "bytes(", "type(", "dyn(", "timestamp(", "duration("];
const methods = [".contains(", ".startsWith(", ".matches(", ".split(", ".substring(", ".getFullYear("];
const fields = ["object", ".status", ".metadata", ".spec", ".replicas", ".list", ".names", ".labels", "['__proto__']"];
const values = ["'a'", "b'a'", "1u", "1.5", "0x7f", "null", "true", "[1, 2]", "{'a': 1}", "x", "r'\\'", "-", "!"];
teach([...signs, ...macros, ...calls, ...methods, ...fields, ...values]);

const own: Json = Object.fromEntries<Json>([["__proto__", { list: 1 }]]);
const objects: readonly Json[] = [
  { metadata: { name: "app" }, spec: { replicas: 2 }, status: { list: [{ n: 1 }, "x", null], names: {}, text: "y" } },
  { metadata: null, spec: [], status: own },
  largeObject,
];

/** A condition for being ready, asked of an object as it should be, of one that is not, and of a large one. */
export function fuzz(data: Buffer): void {
  judgeExpression(data.toString(), objects);
}
