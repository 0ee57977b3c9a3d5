import type { ControllerConfig } from "../../config/config.js";
import type { KubeObject } from "../../kube/object.js";
import { lintFiles } from "../../routing/lint.js";
import { readManifests } from "../../routing/snapshot/manifests.js";
import type { Io } from "../command.js";
import { readText } from "../inputs.js";
import { placed } from "../placed.js";

/** How files are read. */
export interface ReadingRules {
  readonly config: ControllerConfig;
  /** Of objects that name none. */
  readonly namespace: string;
  /** Whether routemaps and templates must be right; what is stored may be wrong. */
  readonly lint: boolean;
}

/** The objects of files, in order; undefined after saying everything that is wrong with them, each with its place. */
export async function readObjects(
  files: readonly string[],
  { config, namespace, lint }: ReadingRules,
  readInput: () => Promise<string>,
  io: Io,
): Promise<readonly KubeObject[] | undefined> {
  const texts: { readonly name: string; readonly text: string }[] = [];
  for (const name of files) texts.push({ name, text: await readText(name, readInput) });
  const read = texts.map(({ name, text }) => ({ name, result: readManifests(name, text, namespace) }));
  const linted = lint ? lintFiles(texts, { config, namespace }) : [];
  const problems = [...read, ...linted].flatMap(({ name, result }) =>
    result.ok ? [] : result.error.map((problem) => placed(name, problem)),
  );
  for (const line of new Set(problems)) io.stderr.write(line);
  return problems.length > 0 ? undefined : read.flatMap(({ result }) => (result.ok ? result.value : []));
}
