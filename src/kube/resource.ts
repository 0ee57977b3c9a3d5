/** A group, version and plural resource name. The core group is the empty string. */
export interface GroupVersionResource {
  readonly group: string;
  readonly version: string;
  readonly resource: string;
}

/** A resource as the API server's discovery describes it. */
export interface Resource extends GroupVersionResource {
  readonly kind: string;
  readonly namespaced: boolean;
}

/** Names one object of a resource; `namespace` is absent for cluster-scoped objects. */
export interface ObjectRef {
  readonly namespace?: string;
  readonly name: string;
}

/** `apiVersion` as it stands in an object: "v1" or "group/version". */
export function apiVersionOf(gvr: { readonly group: string; readonly version: string }): string {
  return gvr.group === "" ? gvr.version : `${gvr.group}/${gvr.version}`;
}

/** The group in an `apiVersion`: "" of "v1", "apps" of "apps/v1". */
export function groupOf(apiVersion: string): string {
  return apiVersion.includes("/") ? apiVersion.slice(0, apiVersion.indexOf("/")) : "";
}

/** Stable text key of a group and resource, version left out: "deployments.apps", "services". */
export function groupResourceOf(gvr: { readonly group: string; readonly resource: string }): string {
  return gvr.group === "" ? gvr.resource : `${gvr.resource}.${gvr.group}`;
}

/** URL path of a resource, of one object, or of a subresource of it; names are percent-encoded. */
export function resourcePath(
  gvr: GroupVersionResource,
  where: { readonly namespace?: string; readonly name?: string; readonly subresource?: string } = {},
): string {
  const root = gvr.group === "" ? `/api/${gvr.version}` : `/apis/${gvr.group}/${gvr.version}`;
  const parts = [root];
  if (where.namespace !== undefined) parts.push("namespaces", encodeURIComponent(where.namespace));
  parts.push(gvr.resource);
  if (where.name !== undefined) parts.push(encodeURIComponent(where.name));
  if (where.subresource !== undefined) parts.push(where.subresource);
  return parts.join("/");
}
