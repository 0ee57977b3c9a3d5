/** Where the reader is; the address says it, so that it can be sent to others. */
export interface Place {
  /** Only this namespace; empty: all. */
  readonly namespace: string;
  /** The routemap that is shown as a whole. */
  readonly routemap?: { readonly namespace: string; readonly name: string };
}

/** Reads `#/NAMESPACE/NAME`, `#/NAMESPACE` or nothing. */
export function readPlace(hash: string): Place {
  const [namespace = "", name = ""] = hash.replace(/^#\/?/, "").split("/").map(decoded);
  return name === "" ? { namespace } : { namespace: "", routemap: { namespace, name } };
}

/** Address of a routemap's page. */
export function routemapPlace({ namespace, name }: { readonly namespace: string; readonly name: string }): string {
  return `#/${encodeURIComponent(namespace)}/${encodeURIComponent(name)}`;
}

/** Address of the list of one namespace, or of all. */
export function listPlace(namespace: string): string {
  return namespace === "" ? "#/" : `#/${encodeURIComponent(namespace)}`;
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return "";
  }
}
