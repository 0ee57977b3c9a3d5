import type { Api, Selection } from "../../kube/api.js";
import type { ApiError } from "../../kube/apiError.js";
import { isForbidden, isKindAbsent, isNotFound } from "../../kube/apiError.js";
import type { Discovery } from "../../kube/discovery.js";
import { listAll } from "../../kube/listAll.js";
import type { KubeObject } from "../../kube/object.js";
import type { GroupVersionResource, ObjectRef, Resource } from "../../kube/resource.js";
import { apiVersionOf, groupResourceOf } from "../../kube/resource.js";
import type { Unread } from "../../routing/doctor/clusterFacts.js";

/** What is listed, and how much depends on it. */
export interface Wanted extends Pick<Selection, "namespace" | "labelSelector" | "fieldSelector" | "metadataOnly"> {
  readonly group: string;
  readonly version?: string;
  readonly resource: string;
  readonly matters?: Unread["matters"];
  /** Nothing is noted where it is forbidden. */
  readonly quiet?: boolean;
}

/** Reads of a cluster whatever may be read, and keeps what could not be. */
export class Lister {
  readonly unread: Unread[] = [];
  readonly absent = new Set<string>();

  constructor(
    private readonly api: Api,
    private readonly discovery: Discovery,
    private readonly signal: AbortSignal,
  ) {}

  /** All objects; undefined where the cluster does not have the kind or they could not be read, which is noted. */
  async list(wanted: Wanted): Promise<readonly KubeObject[] | undefined> {
    const resource = await this.discovery.resolve(wanted, this.signal);
    if (!resource.ok) {
      if (isKindAbsent(resource.error)) this.absent.add(groupResourceOf(wanted));
      else this.note(wanted, resource.error, wanted.namespace);
      return undefined;
    }
    const gvr = resource.value;
    const found = await listAll(this.api, selectionOf(gvr, wanted), this.signal);
    if (found.ok) return wanted.metadataOnly === true ? named(found.value.objects, gvr) : found.value.objects;
    if (wanted.quiet !== true || !isForbidden(found.error)) this.note(wanted, found.error, wanted.namespace);
    return undefined;
  }

  /** One object; undefined where it is not there, or could not be read, which is noted. */
  async get(gvr: GroupVersionResource, ref: ObjectRef): Promise<KubeObject | undefined> {
    const found = await this.api.get(gvr, ref, this.signal);
    if (found.ok) return found.value;
    if (!isNotFound(found.error)) this.note({ ...gvr, matters: "little" }, found.error, ref.namespace, "get");
    return undefined;
  }

  /** Keeps that something could not be read. */
  note(
    { matters = "little", ...kind }: Pick<Wanted, "group" | "resource" | "matters">,
    error: ApiError,
    namespace: string | undefined,
    verb = "list",
  ): void {
    const problem = isForbidden(error) ? "forbidden" : { message: error.message };
    const what = groupResourceOf(kind);
    this.unread.push({ verb, what, problem, matters, ...(namespace === undefined ? {} : { namespace }) });
  }
}

function selectionOf(
  resource: GroupVersionResource,
  { namespace, labelSelector, fieldSelector, metadataOnly = false }: Wanted,
): Selection {
  return {
    resource,
    metadataOnly,
    ...(namespace === undefined ? {} : { namespace }),
    ...(labelSelector === undefined ? {} : { labelSelector }),
    ...(fieldSelector === undefined ? {} : { fieldSelector }),
  };
}

/** What is listed as metadata alone does not say what it is. */
function named(objects: readonly KubeObject[], resource: Resource): readonly KubeObject[] {
  return objects.map((object) => ({ ...object, apiVersion: apiVersionOf(resource), kind: resource.kind }));
}
