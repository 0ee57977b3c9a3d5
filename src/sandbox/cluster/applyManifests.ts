import type { Clock } from "../../base/clock.js";
import { sleep } from "../../base/clock.js";
import { arrayAt, objectAt, stringAt } from "../../base/json.js";
import type { Result } from "../../base/result.js";
import { fail, ok } from "../../base/result.js";
import type { Api } from "../../kube/api.js";
import { isKindAbsent } from "../../kube/apiError.js";
import type { Discovery } from "../../kube/discovery.js";
import type { Resource } from "../../kube/resource.js";
import type { Manifest } from "./manifests.js";

/** What applying needs. */
export interface Applying {
  readonly api: Api;
  readonly discovery: Discovery;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

const fieldManager = "pointsman-sandbox";
const defaultNamespace = "default";
const servedWithin = 15_000;
const lookEvery = 20;

/**
 * Applies the objects in their order, but Namespaces and CustomResourceDefinitions first, and waits until the kinds of the
 * latter are served. The failure is one line that names the document.
 */
export async function applyManifests(
  applying: Applying,
  manifests: readonly Manifest[],
): Promise<Result<undefined, string>> {
  const definitions = manifests.filter(isDefinition);
  const first = [...manifests.filter(({ kind }) => kind === "Namespace"), ...definitions];
  // None of them needs another one.
  const begun = await Promise.all(first.map((manifest) => applyOne(applying, manifest)));
  const failed = begun.find((applied) => !applied.ok);
  if (failed !== undefined) return failed;
  const served = await untilServed(applying, definitions);
  if (!served.ok) return served;
  for (const manifest of manifests) {
    const applied = first.includes(manifest) ? ok(undefined) : await applyOne(applying, manifest);
    if (!applied.ok) return applied;
  }
  return ok(undefined);
}

function isDefinition({ kind, apiVersion }: Manifest): boolean {
  return kind === "CustomResourceDefinition" && apiVersion.startsWith("apiextensions.k8s.io/");
}

async function applyOne(applying: Applying, manifest: Manifest): Promise<Result<undefined, string>> {
  const resource = await resourceOf(applying, manifest);
  if (!resource.ok) return resource;
  const { api, signal } = applying;
  const { body, name } = manifest;
  const namespace = resource.value.namespaced ? (manifest.namespace ?? defaultNamespace) : undefined;
  const metadata = { ...objectAt(body, "metadata"), ...(namespace === undefined ? {} : { namespace }) };
  const ref = { name, ...(namespace === undefined ? {} : { namespace }) };
  const applied = await api.apply(resource.value, ref, { ...body, metadata }, { fieldManager, force: true }, signal);
  return applied.ok ? ok(undefined) : fail(`${manifest.source}: ${manifest.kind} ${name}: ${applied.error.message}`);
}

async function resourceOf(
  { discovery, signal }: Applying,
  { apiVersion, kind, source }: Manifest,
): Promise<Result<Resource, string>> {
  const [first = "", second] = apiVersion.split("/");
  const group = second === undefined ? "" : first;
  const version = second ?? first;
  const found = await discovery.resolve({ group, version, kind }, signal);
  if (!found.ok)
    return fail(
      isKindAbsent(found.error)
        ? `${source}: the sandbox does not serve ${kind} of ${apiVersion}; apply its CustomResourceDefinition too`
        : `${source}: ${found.error.message}`,
    );
  if (found.value.version === version) return ok(found.value);
  return fail(`${source}: ${kind} is served in version ${found.value.version}, not ${version}`);
}

/** Established, and in discovery: only then their objects can be applied. */
async function untilServed(applying: Applying, definitions: readonly Manifest[]): Promise<Result<undefined, string>> {
  const { clock, discovery, signal } = applying;
  const end = clock.monotonic() + servedWithin;
  let missing = definitions;
  while (missing.length > 0 && clock.monotonic() < end && !signal.aborted) {
    await discovery.refresh(signal);
    const served = await Promise.all(missing.map((definition) => isServed(applying, definition)));
    missing = missing.filter((_definition, index) => served[index] !== true);
    if (missing.length > 0) await sleep(clock, lookEvery, signal);
  }
  const [first] = missing;
  if (first === undefined) return ok(undefined);
  return fail(`${first.source}: the API server does not serve ${first.name} after ${servedWithin / 1_000} s`);
}

async function isServed(applying: Applying, { body, name }: Manifest): Promise<boolean> {
  const group = stringAt(body, "spec", "group") ?? "";
  const resource = stringAt(body, "spec", "names", "plural") ?? "";
  const versions = arrayAt(body, "spec", "versions").length;
  const served = applying.discovery.all().filter((known) => known.group === group && known.resource === resource);
  return served.length > 0 && served.length <= versions && (await isEstablished(applying, name));
}

async function isEstablished({ api, signal }: Applying, name: string): Promise<boolean> {
  const gvr = { group: "apiextensions.k8s.io", version: "v1", resource: "customresourcedefinitions" };
  const found = await api.get(gvr, { name }, signal);
  return (
    found.ok &&
    arrayAt(found.value, "status", "conditions").some(
      (condition) => stringAt(condition, "type") === "Established" && stringAt(condition, "status") === "True",
    )
  );
}
