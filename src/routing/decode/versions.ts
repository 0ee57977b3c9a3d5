import type { Json } from "../../base/json.js";
import { trimmed } from "../../base/trimmed.js";
import type { KindSettings } from "../../config/kind.js";
import { compileGate } from "../../expressions/cel.js";
import { groupResourceOf } from "../../kube/resource.js";
import { bounds } from "./bounds.js";
import type { DecodeContext } from "./context.js";
import type { DecodeReader, Path } from "./reader.js";
import { suggestion } from "./reader.js";
import { isLabelValue, isNamespaceName, isObjectName } from "../dnsNames.js";
import type { ResourceRef, VersionSpec } from "../routemap.js";
import { maxWeight } from "../weights.js";

/** Decodes `versions`: at least one, names unique, each resource listed once where it can be held. */
export function decodeVersions(
  reader: DecodeReader,
  value: Json | undefined,
  context: DecodeContext,
): readonly VersionSpec[] {
  const path = ["versions"];
  const items = reader.list(value, path);
  const { maxVersions } = context.limits;
  if (items.length === 0) reader.refuse(path, "there is no version", "list at least one; the first is the primary");
  if (items.length > maxVersions)
    reader.refuse(
      path,
      `there are ${items.length} versions, the controller's configuration allows ${maxVersions}`,
      "remove some",
    );
  const claims: Claims = { resources: new Map(), cost: 0 };
  const versions = items
    .slice(0, maxVersions)
    .map((item, index) => decodeVersion(reader, item, index, context, claims));
  refuseSameNames(reader, versions);
  return versions;
}

/** Where a resource was listed first. */
interface Claimed {
  readonly version: number;
  readonly path: Path;
}

/** What the versions before have taken. */
interface Claims {
  readonly resources: Map<string, Claimed>;
  /** Steps of their expressions. */
  cost: number;
}

function decodeVersion(
  reader: DecodeReader,
  value: Json,
  index: number,
  context: DecodeContext,
  claims: Claims,
): VersionSpec {
  const path = ["versions", index];
  if (value === null) reader.refuse(path, "the version is empty", "give it resources");
  const members = reader.members(value, path, ["name", "weight", "resources"]);
  const name = reader.text(members?.["name"], [...path, "name"]);
  if (name !== undefined && !isLabelValue(name))
    reader.refuse(
      [...path, "name"],
      `${quoted(name)} is no name of a version`,
      "use at most 63 letters, digits, -, _ and .",
    );
  const weight = reader.integer(members?.["weight"], [...path, "weight"], maxWeight);
  const listed = reader.list(members?.["resources"], [...path, "resources"]);
  if (members !== undefined && listed.length === 0)
    reader.warn(
      path,
      "the version lists no resources, so it is always ready and never held",
      "list its workload and Service",
    );
  if (listed.length > bounds.resources)
    reader.refuse(
      [...path, "resources"],
      `there are ${listed.length} resources, ${bounds.resources} are allowed`,
      "list what has to be ready",
    );
  const resources = listed.slice(0, bounds.resources).flatMap((item, at) => {
    const here = [...path, "resources", at];
    const ref = decodeResource(reader, item, here, context, claims);
    if (ref !== undefined) refuseSameResource(reader, ref, { version: index, path: here }, context, claims.resources);
    return ref ?? [];
  });
  return { name: name ?? `v${index}`, ...(weight === undefined ? {} : { weight }), resources: trimmed(resources) };
}

function decodeResource(
  reader: DecodeReader,
  value: Json,
  path: Path,
  context: DecodeContext,
  claims: Claims,
): ResourceRef | undefined {
  if (value === null) reader.refuse(path, "the resource is empty", "give it gvrShort and name");
  const members = reader.members(value, path, ["gvrShort", "name", "namespace", "ready"]);
  if (members === undefined) return undefined;
  const shorthand = reader.requiredText(members["gvrShort"], [...path, "gvrShort"]);
  const kind = shorthand === undefined ? undefined : decodeKind(reader, shorthand, [...path, "gvrShort"], context);
  const name = reader.requiredText(members["name"], [...path, "name"]);
  if (name !== undefined && !isObjectName(name))
    reader.refuse(
      [...path, "name"],
      `${quoted(name)} is no name of an object`,
      "use lower case letters, digits, - and .",
    );
  const namespace = decodeNamespace(reader, members["namespace"], [...path, "namespace"], context);
  const ready = reader.text(members["ready"], [...path, "ready"]);
  if (ready !== undefined && kind !== undefined) checkExpression(reader, ready, [...path, "ready"], kind, claims);
  if (kind === undefined || name === undefined || namespace === undefined) return undefined;
  return { kind: kind.shorthand, namespace, name, ...(ready === undefined ? {} : { ready }) };
}

/** The settings of a shorthand; an unknown one is refused with a suggestion. */
export function decodeKind(
  reader: DecodeReader,
  shorthand: string,
  path: Path,
  context: DecodeContext,
): KindSettings | undefined {
  const kind = context.kinds.get(shorthand);
  if (kind === undefined)
    reader.refuse(path, `unknown kind ${quoted(shorthand)}`, suggestion(shorthand, [...context.kinds.keys()]));
  return kind;
}

function decodeNamespace(
  reader: DecodeReader,
  value: Json | undefined,
  path: Path,
  context: DecodeContext,
): string | undefined {
  const given = reader.text(value, path);
  if (given === undefined) return context.namespace;
  if (!isNamespaceName(given)) {
    reader.refuse(path, `${quoted(given)} is no name of a namespace`, "use lower case letters, digits and -");
    return undefined;
  }
  if (given === context.namespace) return given;
  if (context.scope === "namespace")
    reader.refuse(
      path,
      `the controller sees the namespace ${context.namespace} only`,
      `remove it or write ${context.namespace}`,
    );
  else if (!context.limits.crossNamespace)
    reader.refuse(
      path,
      `resources of other namespaces than ${context.namespace} are not allowed`,
      "remove it, or set limits.crossNamespace in the controller's configuration",
    );
  return given;
}

function checkExpression(reader: DecodeReader, source: string, path: Path, kind: KindSettings, claims: Claims): void {
  const compiled = compileGate(source, kind.specPaths);
  if (!compiled.ok) {
    reader.refuse(path, compiled.error, "correct the expression, or leave `ready` out");
    return;
  }
  const before = claims.cost;
  claims.cost += compiled.value.cost;
  if (before <= bounds.expressions && claims.cost > bounds.expressions)
    reader.refuse(path, "the expressions of all versions together may take too long", "use fewer macros inside macros");
}

/**
 * An object may be listed once per version. Two versions may share what is only looked at (a ConfigMap), but not what
 * can be held: its release for one version would be its release for the other.
 */
function refuseSameResource(
  reader: DecodeReader,
  ref: ResourceRef,
  here: Claimed,
  context: DecodeContext,
  claims: Map<string, Claimed>,
): void {
  const kind = context.kinds.get(ref.kind);
  if (kind === undefined) return;
  const key = `${groupResourceOf(kind)}/${ref.namespace}/${ref.name}`;
  const before = claims.get(key);
  if (before === undefined) claims.set(key, here);
  else if (before.version === here.version)
    reader.refuse(here.path, `${ref.kind} ${quoted(ref.name)} is already listed by this version`, "remove one of them");
  else if (kind.hold)
    reader.refuse(
      here.path,
      `${ref.kind} ${quoted(ref.name)} already belongs to versions[${before.version}]`,
      "give each version its own",
    );
}

function refuseSameNames(reader: DecodeReader, versions: readonly VersionSpec[]): void {
  versions.forEach(({ name }, index) => {
    const before = versions.findIndex((version) => version.name === name);
    if (before !== index)
      reader.refuse(
        ["versions", index, "name"],
        `versions[${before}] is called ${quoted(name)}, too`,
        "give each version a name of its own",
      );
  });
}

function quoted(text: string): string {
  return JSON.stringify(text.length > 80 ? `${text.slice(0, 80)}…` : text);
}
