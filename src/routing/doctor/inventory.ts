import type { KubeObject } from "../../kube/object.js";
import { groupResourceOf } from "../../kube/resource.js";

/** The objects that could be read, by "resource.group". */
export class Inventory {
  private readonly byName: ReadonlyMap<string, ReadonlyMap<string, KubeObject>>;

  constructor(objects: ReadonlyMap<string, readonly KubeObject[]>) {
    this.byName = new Map(
      [...objects].map(([groupResource, list]) => [groupResource, new Map(list.map((one) => [keyOf(one), one]))]),
    );
  }

  /** Whether the kind could be read, so that what is not found is not there. */
  knows(groupResource: string): boolean {
    return this.byName.has(groupResource);
  }

  /** All objects of a kind; none where it could not be read. */
  list(groupResource: string): readonly KubeObject[] {
    return [...(this.byName.get(groupResource)?.values() ?? [])];
  }

  /** One object; `namespace` is empty for kinds without. */
  find(groupResource: string, namespace: string, name: string): KubeObject | undefined {
    return this.byName.get(groupResource)?.get(`${namespace}/${name}`);
  }
}

/** Names an object for people: "Deployment shop/v1". */
export function describeObject({ kind, metadata }: KubeObject): string {
  return `${kind} ${metadata.namespace === undefined ? "" : `${metadata.namespace}/`}${metadata.name}`;
}

/** Names an object for kubectl: "-n shop VERB deployments.apps/v1", with the verb in its place. */
export function kubectl(
  verb: string,
  kind: { readonly group: string; readonly resource: string },
  { metadata }: KubeObject,
): string {
  const where = metadata.namespace === undefined ? "" : `-n ${metadata.namespace} `;
  return `kubectl ${where}${verb} ${groupResourceOf(kind)}/${metadata.name}`;
}

function keyOf({ metadata }: KubeObject): string {
  return `${metadata.namespace ?? ""}/${metadata.name}`;
}
