import { collections } from "./collections.js";
import { comparisons } from "./compare.js";
import { dicts } from "./dicts.js";
import { encoding } from "./encoding.js";
import { general } from "./general.js";
import { json } from "./json.js";
import { lists } from "./lists.js";
import { numbers } from "./numbers.js";
import { printing } from "./printing.js";
import type { TemplateFunction } from "./signature.js";
import { strings } from "./strings.js";
import { wrapping } from "./wrapping.js";
import { yaml } from "./yaml.js";

const all = [
  comparisons,
  collections,
  printing,
  strings,
  wrapping,
  lists,
  dicts,
  numbers,
  encoding,
  json,
  yaml,
  general,
];

/**
 * Every function of templates by name: Go's builtins, and what of sprig 3.3 is pure and bounded. Left out are time,
 * chance, environment, network, key generation, regular expressions, paths, URLs and semantic versions.
 */
export const functions: ReadonlyMap<string, TemplateFunction> = new Map(all.flatMap((group) => Object.entries(group)));

/** The functions that change a map. */
export const mutators: readonly string[] = [
  "set",
  "unset",
  "merge",
  "mustMerge",
  "mergeOverwrite",
  "mustMergeOverwrite",
];
