import type { Result } from "../base/result.js";
import { fail, ok } from "../base/result.js";
import type { ControllerConfig } from "../config/config.js";
import type { LintedConfiguration } from "./lint/configuration.js";
import { lintConfiguration } from "./lint/configuration.js";
import { readDocuments } from "./lint/documents.js";
import type { FileDocument } from "./lint/embedded.js";
import type { Recognised } from "./lint/recognise.js";
import { recognise } from "./lint/recognise.js";
import type { LintedRoutemap } from "./lint/routemaps.js";
import { lintRoutemap } from "./lint/routemaps.js";
import type { LintedTemplates } from "./lint/templates.js";
import { TemplateShelf } from "./lint/templates.js";
import type { Problem } from "./problem.js";

/** What was found in one document of a file. */
export type Linted =
  LintedRoutemap | LintedTemplates | LintedConfiguration | { readonly kind: "other"; readonly what: string };

/** A file to check. */
export interface LintInput {
  readonly name: string;
  readonly text: string;
}

/** What files are checked against. */
export interface LintSettings {
  readonly config: ControllerConfig;
  /** Where a document without a namespace will be. */
  readonly namespace: string;
}

/** A file's documents, or everything that is wrong with them; problems carry the line in the file. */
export interface LintedFile {
  readonly name: string;
  readonly result: Result<readonly Linted[], readonly Problem[]>;
}

/**
 * Checks every document of the files without a cluster: routemaps, specs of routemaps, route templates, configurations
 * of the controller. A route template of any file serves the routemaps of all.
 */
export function lintFiles(files: readonly LintInput[], { config, namespace }: LintSettings): readonly LintedFile[] {
  const shelf = new TemplateShelf(namespace);
  const read = files.map(({ name, text }) => {
    const documents = readDocuments(name, text, "write a routemap: a ConfigMap labelled iter8.tools/kind: routemap");
    return {
      name,
      documents: documents.ok ? ok(documents.value.map((source) => firstLook(source, shelf))) : documents,
    };
  });
  const settings = { config, namespace, shelf };
  return read.map(({ name, documents }) => {
    if (!documents.ok) return { name, result: documents };
    const results = documents.value.map((seen) => (seen.type === "done" ? seen.result : lintSeen(seen, settings)));
    const problems = results.flatMap((result) => (result.ok ? [] : result.error));
    const linted = results.flatMap((result) => (result.ok ? [result.value] : []));
    return { name, result: problems.length > 0 ? fail(problems) : ok(linted) };
  });
}

type Outcome = Result<Linted, readonly Problem[]>;

/** A document that is done, or one that has to wait for the templates of all files. */
type Seen =
  | { readonly type: "done"; readonly result: Outcome }
  | {
      readonly type: "waiting";
      readonly source: FileDocument;
      readonly found: Recognised & { readonly type: "routemap" };
    };

function firstLook(source: FileDocument, shelf: TemplateShelf): Seen {
  const found = recognise(source);
  switch (found.type) {
    case "routemap":
      return { type: "waiting", source, found };
    case "routetemplate":
      return { type: "done", result: shelf.add(source, found.object) };
    case "configuration":
      return { type: "done", result: lintConfiguration(found.text, found.name) };
    case "other":
      return { type: "done", result: ok({ kind: "other", what: found.what }) };
    case "wrong":
      return { type: "done", result: fail([found.problem]) };
  }
}

function lintSeen(
  { source, found }: Seen & { readonly type: "waiting" },
  settings: LintSettings & { readonly shelf: TemplateShelf },
): Outcome {
  return lintRoutemap(source, found.spec, found.object, settings);
}
