import { readFile } from "node:fs/promises";

import { parseAllDocuments } from "yaml";

import type { Json, JsonObject } from "../../src/base/json.js";
import { arrayAt, at, isObject, objectAt, stringAt } from "../../src/base/json.js";
import type { KubeObject } from "../../src/kube/object.js";
import type { GroupVersionResource } from "../../src/kube/resource.js";
import type { Scene } from "./scene.js";

/** What Git has of an object. */
export type GitManifest = JsonObject & { readonly metadata: JsonObject };

const ssaAnnotation = "kustomize.toolkit.fluxcd.io/ssa";
const argoManager = "argocd-controller";
const fluxManager = "kustomize-controller";

/** The objects of a YAML file of ours. */
export async function documentsOf(file: string): Promise<readonly JsonObject[]> {
  return parseAllDocuments(await readFile(file, "utf8")).map((document) => objectAt(document.toJS() as Json));
}

/** JSON pointers that the shipped Application ignores for a kind. */
export async function ignoredPointers(kind: string): Promise<readonly string[]> {
  const [application] = await documentsOf("config/gitops/argo-cd/application.yaml");
  const rules = arrayAt(application, "spec", "ignoreDifferences").filter((rule) => stringAt(rule, "kind") === kind);
  return rules.flatMap((rule) => arrayAt(rule, "jsonPointers")).map(String);
}

/** The value of Flux' annotation that the shipped manifest of a kind shows. */
export async function shippedPolicy(kind: string): Promise<string | undefined> {
  const found = (await documentsOf("config/gitops/flux/workload.yaml")).find((each) => stringAt(each, "kind") === kind);
  return stringAt(found, "metadata", "annotations", ssaAnnotation);
}

function steps(pointer: string): readonly string[] {
  return pointer
    .split("/")
    .slice(1)
    .map((step) => step.replaceAll("~1", "/").replaceAll("~0", "~"));
}

/** The object with the value at a path replaced, or with the member left out where there is none. */
function withValue(object: JsonObject, [step = "", ...rest]: readonly string[], value: Json | undefined): JsonObject {
  const { [step]: before, ...others } = object;
  if (rest.length === 0) return value === undefined ? others : { ...others, [step]: value };
  if (before === undefined && value === undefined) return object;
  return { ...others, [step]: withValue(objectAt(before ?? null), rest, value) };
}

/** What Argo CD's sync writes with ServerSideApply=true, as its documentation and sources describe it. */
export class ArgoCd {
  constructor(
    private readonly scene: Scene,
    /** JSON pointers of `ignoreDifferences`; with RespectIgnoreDifferences=true the live values are sent instead of Git's. */
    private readonly ignored: readonly string[] = [],
  ) {}

  /** `seen`: the object as Argo CD knows it, which may be some time ago; default: as it is. */
  async sync(gvr: GroupVersionResource, manifest: GitManifest, seen?: KubeObject): Promise<KubeObject> {
    const name = stringAt(manifest, "metadata", "name") ?? "";
    const { namespace, admin } = this.scene;
    const live = seen ?? (await this.scene.find(gvr, name));
    const target =
      live === undefined
        ? manifest
        : this.ignored.reduce<JsonObject>((made, pointer) => {
            const path = steps(pointer);
            return withValue(made, path, at(live, ...path));
          }, manifest);
    const body = { ...target, metadata: { ...objectAt(target, "metadata"), namespace } };
    return admin.apply(gvr, { namespace, name }, body, { manager: argoManager });
  }
}

/** What Flux' kustomize-controller writes at each reconciliation. */
export class Flux {
  constructor(private readonly scene: Scene) {}

  async reconcile(gvr: GroupVersionResource, manifest: GitManifest): Promise<KubeObject> {
    const name = stringAt(manifest, "metadata", "name") ?? "";
    const { namespace, admin } = this.scene;
    const policy = stringAt(manifest, "metadata", "annotations", ssaAnnotation) ?? "Override";
    const live = await this.scene.find(gvr, name);
    if (live !== undefined && policy === "IfNotPresent") return live;
    if (live !== undefined && policy === "Override") await this.takeOver(gvr, live);
    const body = { ...manifest, metadata: { ...manifest.metadata, namespace } };
    return admin.apply(gvr, { namespace, name }, body, { manager: fluxManager });
  }

  /** What kubectl wrote is made Flux' own, so that the apply that follows removes what Git does not have. */
  private async takeOver(gvr: GroupVersionResource, live: KubeObject): Promise<void> {
    const entries = arrayAt(live, "metadata", "managedFields").filter(isObject);
    const isTaken = (entry: JsonObject): boolean =>
      stringAt(entry, "subresource") === undefined &&
      /^(kubectl|before-first-apply)/.test(stringAt(entry, "manager") ?? "");
    const isOwn = (entry: JsonObject): boolean =>
      stringAt(entry, "manager") === fluxManager && stringAt(entry, "operation") === "Apply";
    const taken = entries.filter((entry) => isTaken(entry) || isOwn(entry));
    const [first] = taken;
    if (first === undefined || !taken.some(isTaken)) return;
    const fieldsV1 = taken.map((entry) => objectAt(entry, "fieldsV1")).reduce(union);
    const own = { ...first, manager: fluxManager, operation: "Apply", fieldsV1 };
    const value = [...entries.filter((entry) => !taken.includes(entry)), own];
    const ref = { namespace: this.scene.namespace, name: live.metadata.name };
    await this.scene.admin.patch(gvr, ref, [{ op: "replace", path: "/metadata/managedFields", value }], {
      type: "json",
    });
  }
}

function union(a: JsonObject, b: JsonObject): JsonObject {
  const keys = new Set([...Object.keys(a), ...Object.keys(b)]);
  return Object.fromEntries([...keys].map((key) => [key, union(objectAt(a, key), objectAt(b, key))]));
}
