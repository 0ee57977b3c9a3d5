import type { Problem } from "../base/problem.js";
import type { Result } from "../base/result.js";
import { fail, ok } from "../base/result.js";
import { nearest } from "../base/suggest.js";
import { parseYaml } from "../base/yaml.js";
import type { ControllerConfig } from "./config.js";
import type { ConfigFile } from "./configFile.js";
import { configFileSchema } from "./configFile.js";
import { defaultConfig } from "./defaults.js";
import type { Finding } from "./issues.js";
import { findingsOf, problemOf } from "./issues.js";
import type { MergedKinds } from "./kinds.js";
import { mergeKinds } from "./kinds.js";

/**
 * Decodes the text of a configuration file over the defaults. Strict: an unknown key is a problem. All problems come at
 * once, with path, position and a fix. A file that says nothing of `clusterScoped` means false, as in Iter8.
 */
export function decodeConfig(text: string): Result<ControllerConfig, readonly Problem[]> {
  const document = parseYaml(text);
  if (!document.ok) return document;
  const { value, locate } = document.value;
  const problems = (findings: readonly Finding[]): readonly Problem[] =>
    findings.map((finding) => problemOf(finding, locate));
  const parsed = configFileSchema.safeParse(value ?? {});
  if (!parsed.success) return fail(problems(parsed.error.issues.flatMap((issue) => findingsOf(issue, value))));
  const file = parsed.data;
  const kinds = mergeKinds(defaultConfig().kinds, file.resourceTypes);
  const findings = [...kinds.findings, ...outputFindings(file, kinds), ...limitFindings(file)];
  return findings.length === 0 ? ok(fill(file, kinds)) : fail(problems(findings));
}

function fill(file: ConfigFile, { kinds }: MergedKinds): ControllerConfig {
  const defaults = defaultConfig();
  const limits = { ...defaults.limits, ...given(file.limits ?? {}) };
  const deadline = Math.min(defaults.release.deadline, limits.maxDeadline);
  return {
    defaultResync: file.defaultResync ?? defaults.defaultResync,
    clusterScoped: file.clusterScoped ?? false,
    kinds,
    outputs: file.outputs ?? defaults.outputs,
    templateNamespaces: file.templateNamespaces ?? defaults.templateNamespaces,
    release: { ...defaults.release, deadline, ...given(file.release ?? {}) },
    settle: {
      ...defaults.settle,
      ...given(file.settle ?? {}),
      gatewayClasses: { ...defaults.settle.gatewayClasses, ...file.settle?.gatewayClasses },
    },
    limits,
  };
}

type Given<T> = { readonly [K in keyof T]?: Exclude<T[K], undefined> };

/** The written members of a section. The schema leaves absent ones out, so none is undefined. */
function given<T extends object>(section: T): Given<T> {
  const members: Given<T> = { ...section };
  return members;
}

function outputFindings(file: ConfigFile, { kinds }: MergedKinds): readonly Finding[] {
  const known = kinds.map((kind) => kind.shorthand);
  return (file.outputs ?? []).flatMap((shorthand, index) => {
    if (known.includes(shorthand)) return [];
    const meant = nearest(shorthand, known);
    const fix = meant === undefined ? `known: ${known.join(", ")}` : `did you mean ${JSON.stringify(meant)}?`;
    return [{ path: ["outputs", index], message: `${JSON.stringify(shorthand)} is no known shorthand`, fix }];
  });
}

/** Times in the file that the file's own limits forbid. */
function limitFindings(file: ConfigFile): readonly Finding[] {
  const limits = { ...defaultConfig().limits, ...given(file.limits ?? {}) };
  const times: readonly (readonly [path: readonly string[], value: number | undefined, limit: keyof typeof bounds])[] =
    [
      [["release", "deadline"], file.release?.deadline, "maxDeadline"],
      [["release", "settle"], file.release?.settle, "maxSettle"],
    ];
  const bounds = { maxDeadline: limits.maxDeadline, maxSettle: limits.maxSettle };
  return times.flatMap(([path, value, limit]) =>
    value === undefined || value <= bounds[limit]
      ? []
      : [{ path, message: `is more than limits.${limit}`, fix: `lower it, or raise limits.${limit}` }],
  );
}
