import { groupResourceOf } from "../kube/resource.js";
import type { Observed } from "./observed.js";
import type { Permission, Use, Verb } from "./permissions.js";
import type { ResourceRef, Routemap } from "./routemap.js";
import { outputShorthands } from "./render/source.js";
import type { Condition } from "./status.js";
import { specInForce } from "./survey.js";

/** A right that the API server says we do not have. */
export interface MissingPermission {
  readonly permission: Permission;
  /** Namespaces where it was asked for on its own and refused; absent: it is missing wherever it was needed. */
  readonly deniedIn?: ReadonlySet<string>;
}

/**
 * Whether a right is of use in single namespaces too. What is watched must be allowed over the whole scope, since one
 * watch serves all.
 */
export function isNamespaceable(permission: Permission): boolean {
  return permission.namespace === undefined && permission.verb !== "list" && permission.verb !== "watch";
}

/** The namespaces in which a routemap makes use of a right; none where it does not. */
export function namespacesUsing(permission: Permission, observed: Observed): ReadonlySet<string> {
  const spec = specInForce(observed);
  const used = new Set<string>();
  if (spec === undefined || observed.routemap.life !== "present") return used;
  for (const use of permission.uses)
    for (const namespace of namespacesOf(use, permission, observed, spec)) used.add(namespace);
  return used;
}

function namespacesOf(use: Use, permission: Permission, observed: Observed, spec: Routemap): readonly string[] {
  const groupResource = groupResourceOf(permission);
  const home = [observed.routemap.namespace];
  switch (use) {
    case "seeVersions":
      return listed(groupResource, observed, spec).map((ref) => ref.namespace);
    case "hold":
      return isHeld(observed, spec) ? listed(groupResource, observed, spec).map((ref) => ref.namespace) : [];
    case "countEndpoints":
      return listed("services", observed, spec).map((ref) => ref.namespace);
    case "seeRoutes":
    case "writeRoutes":
    case "pruneRoutes":
      return written(observed, spec).has(groupResource) ? home : [];
    case "readGateways":
      return [...written(observed, spec)].some((kind) => kind.endsWith(".gateway.networking.k8s.io")) ? home : [];
    case "readTemplates":
      return spec.templates.flatMap(({ text }) =>
        text.type === "reference" && text.ref.namespace === permission.namespace ? [text.ref.namespace] : [],
      );
    case "readRoutemaps":
    case "publishStatus":
      return home;
    case "noticeKinds":
    case "noticeEnds":
    case "noticeEnd":
    case "tellEvents":
    case "readLease":
    case "takeLease":
    case "renewLease":
      return [];
  }
}

/** A one-version app carries no finalizer (docs/rules.md, "Who is held"). */
function isHeld(observed: Observed, spec: Routemap): boolean {
  return spec.versions.length > 1 || observed.claims.length > 0;
}

function listed(groupResource: string, observed: Observed, spec: Routemap): readonly ResourceRef[] {
  const refs = [...spec.versions.flatMap((version) => version.resources), ...observed.claims.map((claim) => claim.ref)];
  return refs.filter((ref) => {
    const kind = observed.kinds.get(ref.kind);
    return kind !== undefined && groupResourceOf(kind) === groupResource;
  });
}

/** Group-resources of what a routemap renders, or still has. */
function written(observed: Observed, spec: Routemap): ReadonlySet<string> {
  const rendered = outputShorthands(spec)
    .flatMap((shorthand) => observed.kinds.get(shorthand) ?? [])
    .map(groupResourceOf);
  return new Set([...rendered, ...observed.ownOutputs().map((id) => id.groupResource)]);
}

/** From what blinds to what is rarely needed: the first that is missing gives the condition its reason. */
const reasons: readonly (readonly [reason: string, verbs: readonly Verb[]])[] = [
  ["NoWatch", ["list", "watch"]],
  ["NoPatch", ["patch"]],
  ["NoCreate", ["create"]],
  ["NoGet", ["get"]],
  ["NoDelete", ["delete", "update"]],
];

/** The condition `MissingPermission` of a routemap that makes use of a right which is missing there. */
export function missingCondition(observed: Observed): Condition | undefined {
  const texts = new Map<string, Verb[]>();
  for (const { permission, deniedIn } of observed.missing) {
    const used = [...namespacesUsing(permission, observed)];
    const denied = deniedIn === undefined ? used : used.filter((namespace) => deniedIn.has(namespace));
    if (denied.length === 0) continue;
    const where =
      permission.namespace ?? (isNamespaceable(permission) ? denied.sort().join(" and ") : "all namespaces");
    const text = `${groupResourceOf(permission)} in ${where}: needed ${permission.why}`;
    texts.set(text, [...(texts.get(text) ?? []), permission.verb]);
  }
  const verbs = [...texts.values()].flat();
  const [reason] = reasons.find(([, told]) => verbs.some((verb) => told.includes(verb))) ?? [];
  if (reason === undefined) return undefined;
  const message = [...texts].map(([text, missing]) => `may not ${missing.join(", ")} ${text}`).join("; ");
  return { type: "MissingPermission", status: "True", reason, message };
}
