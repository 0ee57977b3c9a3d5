import type { Problem } from "../problem.js";
import type { Result } from "../../base/result.js";
import { fail, ok } from "../../base/result.js";
import { parseYaml } from "../../base/yaml.js";
import type { DecodeContext } from "./context.js";
import { DecodeReader } from "./reader.js";
import { decodeRelease } from "./release.js";
import { decodeRoutes } from "./routes.js";
import { decodeTemplates } from "./templates.js";
import { decodeVersions } from "./versions.js";
import type { Routemap } from "../routemap.js";

/** A routemap that can be worked with, and what is used otherwise than it was written. */
export interface DecodedRoutemap {
  readonly routemap: Routemap;
  readonly warnings: readonly Problem[];
}

/**
 * Decodes `data.strSpec` of a routemap: Iter8's format, strictly, and ours. All problems come at once,
 * each with path, position and fix, in the order of the text. Expressions and templates are compiled here, so that what
 * is decoded can fail on data alone. Never throws.
 */
export function decodeRoutemap(strSpec: string, context: DecodeContext): Result<DecodedRoutemap, readonly Problem[]> {
  const document = parseYaml(strSpec);
  if (!document.ok) return document;
  const reader = new DecodeReader(document.value);
  const { value } = document.value;
  if (value === null) reader.refuse([], "the routemap is empty", "give it versions");
  const members = reader.members(value, [], ["versions", "routingTemplates", "routes", "release"]);
  if (members === undefined) return fail(reader.problems);
  const versions = decodeVersions(reader, members["versions"], context);
  const routemap: Routemap = {
    versions,
    templates: decodeTemplates(reader, members["routingTemplates"], strSpec, context),
    routes: decodeRoutes(reader, members["routes"], versions, context),
    release: decodeRelease(reader, members["release"], context),
  };
  if (reader.problems.length > 0) return fail(inOrder(reader.problems));
  return ok({ routemap, warnings: inOrder(reader.warnings) });
}

function inOrder(problems: readonly Problem[]): readonly Problem[] {
  return [...problems].sort((a, b) => (a.line ?? 0) - (b.line ?? 0) || (a.column ?? 0) - (b.column ?? 0));
}
