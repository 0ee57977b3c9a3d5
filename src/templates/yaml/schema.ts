import type { ScalarTag } from "yaml";

import { integerSyntax, parseFloatText } from "../syntax/literal.js";

const prefix = "tag:yaml.org,2002:";

/**
 * How plain scalars are read: YAML 1.1 as Kubernetes tools know it, with yes and no, octal by a leading 0, underscores;
 * but not after a leading point; without timestamps and base 60. What matches nothing is text.
 */
export const scalarTags: readonly ScalarTag[] = [
  { default: true, tag: `${prefix}null`, test: /^(?:~|null|Null|NULL)?$/, resolve: () => null },
  {
    default: true,
    tag: `${prefix}bool`,
    test: /^(?:y|Y|yes|Yes|YES|true|True|TRUE|on|On|ON|n|N|no|No|NO|false|False|FALSE|off|Off|OFF)$/,
    resolve: (text) => /^(?:[yYtT]|on|On|ON)/.test(text),
  },
  {
    default: true,
    tag: `${prefix}int`,
    test: /^[-+]?(?:0b[01_]+|0o[0-7_]+|0[0-7_]*|0[xX][\da-fA-F_]+|[1-9][\d_]*)$/,
    resolve: (text) => integerSyntax(text.replaceAll("_", "")) ?? text,
  },
  {
    default: true,
    tag: `${prefix}float`,
    test: /^(?:(?:\.\d+|[-+]\.\d[\d_]*|[-+]?\d[\d_]*(?:\.[\d_]*)?)(?:[eE][-+]?\d+)?|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))$/,
    resolve: floatOf,
  },
];

function floatOf(text: string): unknown {
  if (/nan$/i.test(text)) return NaN;
  if (/inf$/i.test(text)) return text.startsWith("-") ? -Infinity : Infinity;
  return parseFloatText(text.replaceAll("_", "")) ?? text;
}
