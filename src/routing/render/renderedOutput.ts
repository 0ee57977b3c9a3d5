import type { Json, JsonObject } from "../../base/json.js";
import { at, isObject, objectAt, stringAt } from "../../base/json.js";
import type { Complaint } from "../../base/problem.js";
import { formatPath } from "../../base/problem.js";
import type { Result } from "../../base/result.js";
import { fail, ok } from "../../base/result.js";
import type { YamlDocument } from "../../base/yaml.js";
import { parseYamlStream } from "../../base/yaml.js";
import type { KindSettings } from "../../config/kind.js";
import { apiVersionOf, groupOf } from "../../kube/resource.js";
import { isObjectName } from "../dnsNames.js";
import { kindNames, servesKind } from "./outputKind.js";
import type { Problem } from "../problem.js";
import { withRepeatedMirrors } from "./repeatedMirrors.js";

/** Bytes of what one template may give. */
export const maxOutput = 64 * 1024;

/** Objects that one template may give. */
const maxManifests = 50;

/** One object as a template wrote it, checked. `body` is the whole of it. */
export interface RenderedManifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
  readonly body: JsonObject;
}

/** Where an output comes from and what it may be. */
export interface OutputContext {
  /** Path of the template in the routemap. */
  readonly path: string;
  /** Namespace of the routemap. */
  readonly namespace: string;
  /** Kind that the template's `gvrShort` names. */
  readonly kind: KindSettings;
}

/**
 * Reads what a template gave as manifests; empty documents are left out, no manifest at all is fine.
 *
 * Each is of the template's kind in any version of its group, has a name, is in the routemap's namespace (or names none)
 * and sets nothing that belongs to the API server or to us: uid, resourceVersion, ownerReferences, finalizers,
 * managedFields, generateName, status. Of a key that is there twice the last one counts, as the API server's own clients
 * do it. Lines in messages are lines of the output.
 */
export function decodeOutput(
  text: string,
  context: OutputContext,
): Result<readonly RenderedManifest[], readonly Problem[]> {
  if (Buffer.byteLength(text) > maxOutput)
    return fail([tooMuch(context, `the output is larger than ${maxOutput / 1024} KiB`)]);
  const documents = parseYamlStream(text, { lastKeyWins: true });
  if (!documents.ok) return fail(documents.error.map((problem) => asOutput(problem, context)));
  const { length } = documents.value;
  if (length > maxManifests)
    return fail([tooMuch(context, `the output has ${length} objects, ${maxManifests} are allowed`)]);
  const problems: Problem[] = [];
  const manifests: RenderedManifest[] = [];
  for (const document of documents.value) {
    const found = checkManifest(document, context);
    problems.push(...found);
    if (found.length > 0 || !isObject(document.value)) continue;
    const { value } = document;
    const name = stringAt(value, "metadata", "name") ?? "";
    if (manifests.some((manifest) => manifest.name === name))
      problems.push(
        problemAt(
          document,
          context,
          ["metadata", "name"],
          `${JSON.stringify(name)} is there twice`,
          "rename one of them",
        ),
      );
    const apiVersion = stringAt(value, "apiVersion") ?? "";
    const body = withRepeatedMirrors(value, document);
    manifests.push({ apiVersion, kind: stringAt(value, "kind") ?? "", name, body });
  }
  return problems.length === 0 ? ok(manifests) : fail(problems);
}

function tooMuch({ path }: OutputContext, message: string): Problem {
  return { path, message, fix: "make several routemaps" };
}

type Path = readonly string[];

const setByOthers: readonly Path[] = [
  ...["uid", "resourceVersion", "generateName", "ownerReferences", "finalizers", "managedFields"].map(
    (key) => ["metadata", key] as const,
  ),
  ["status"],
];

function checkManifest(document: YamlDocument, context: OutputContext): readonly Problem[] {
  const { value } = document;
  if (!isObject(value))
    return [problemAt(document, context, [], "a manifest is to be a mapping", "write one, or nothing")];
  const found = [...checkKind(value, context.kind), ...checkMetadata(value, context.namespace)];
  for (const path of setByOthers)
    if (at(value, ...path) !== undefined)
      found.push({ path, message: "a template may not set this", fix: "remove it" });
  return found.map(({ path, message, fix }) => problemAt(document, context, path, message, fix));
}

interface Finding extends Complaint {
  readonly path: Path;
}

function checkKind(value: JsonObject, kind: KindSettings): readonly Finding[] {
  const found: Finding[] = [];
  const apiVersion = stringAt(value, "apiVersion");
  const example = `write apiVersion: ${apiVersionOf(kind)}`;
  if (apiVersion === undefined)
    found.push({ path: ["apiVersion"], message: "the manifest has no apiVersion", fix: example });
  else if (groupOf(apiVersion) !== kind.group || !/^([^/]+\/)?v[a-z0-9]+$/.test(apiVersion))
    found.push({
      path: ["apiVersion"],
      message: `${JSON.stringify(apiVersion)} is no version of the group that gvrShort ${kind.shorthand} stands for`,
      fix: example,
    });
  const name = stringAt(value, "kind");
  if (name === undefined || !servesKind(kind, name))
    found.push({
      path: ["kind"],
      message: `${name === undefined ? "the manifest has no kind" : `${JSON.stringify(name)} is not of ${kind.resource}`}, which gvrShort ${kind.shorthand} stands for`,
      fix: `write kind: ${kindNames(kind)}, or change gvrShort`,
    });
  return found;
}

function checkMetadata(value: JsonObject, namespace: string): readonly Finding[] {
  const found: Finding[] = [];
  const name = at(value, "metadata", "name");
  if (typeof name !== "string" || name === "")
    found.push({ path: ["metadata", "name"], message: "the manifest has no name", fix: "give it a metadata.name" });
  else if (!isObjectName(name))
    found.push({
      path: ["metadata", "name"],
      message: `${JSON.stringify(name)} is no name of an object`,
      fix: "use lower case letters, digits, - and .",
    });
  const given = at(value, "metadata", "namespace");
  if (given !== undefined && given !== namespace)
    found.push({
      path: ["metadata", "namespace"],
      message: `${JSON.stringify(given)} is not the routemap's namespace`,
      fix: `remove it or write ${namespace}`,
    });
  return [...found, ...checkTexts(value, "labels"), ...checkTexts(value, "annotations")];
}

function checkTexts(value: JsonObject, member: "labels" | "annotations"): readonly Finding[] {
  const texts: Json | undefined = at(value, "metadata", member);
  if (texts === undefined || texts === null) return [];
  if (!isObject(texts))
    return [{ path: ["metadata", member], message: "this is to be a mapping", fix: "write `key: value` lines" }];
  return Object.entries(objectAt(texts)).flatMap(([key, text]) =>
    typeof text === "string"
      ? []
      : [{ path: ["metadata", member, key], message: "this is to be text", fix: "quote it" }],
  );
}

function problemAt(document: YamlDocument, context: OutputContext, path: Path, message: string, fix: string): Problem {
  const position = document.locate(path);
  const line = position === undefined ? "" : ` line ${position.line}`;
  const where = path.length === 0 ? "" : `, ${formatPath(path)}`;
  return { path: context.path, message: `output${line}${where}: ${message}`, fix };
}

/** A problem of the YAML itself: its position is one of the output, not of the routemap. */
function asOutput({ path, message, fix, line }: Problem, context: OutputContext): Problem {
  const where = `${line === undefined ? "" : ` line ${line}`}${path === "" ? "" : `, ${path}`}`;
  return { path: context.path, message: `output${where}: ${message}`, fix };
}
