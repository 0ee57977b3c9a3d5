/** What a path under /api or /apis names. */
export interface ResourceTarget {
  readonly group: string;
  readonly version: string;
  /** Absent in a request over all namespaces and for cluster-scoped resources. */
  readonly namespace?: string;
  readonly plural: string;
  readonly name?: string;
  readonly subresource?: string;
  /** `/watch/` in the path: the old way to ask for a watch. */
  readonly watchPath: boolean;
}

/** A request's path and query, decoded. */
export interface RequestTarget {
  readonly path: string;
  readonly segments: readonly string[];
  readonly query: URLSearchParams;
}

/** Splits a request line's target; undefined if it cannot be decoded. */
export function parseTarget(url: string): RequestTarget | undefined {
  const mark = url.indexOf("?");
  const path = mark < 0 ? url : url.slice(0, mark);
  const query = new URLSearchParams(mark < 0 ? "" : url.slice(mark + 1));
  try {
    const segments = path
      .split("/")
      .filter((part) => part !== "")
      .map(decodeURIComponent);
    return { path: `/${segments.join("/")}`, segments, query };
  } catch {
    return undefined;
  }
}

const ofNamespaces = new Set(["status", "finalize"]);

/**
 * The resource that a path names, by the rules of apiserver's RequestInfo: `namespaces/NAME/status` is a subresource of
 * the Namespace, any other word there a resource inside it. Undefined for paths that name a group or version only.
 */
export function resourceTarget(segments: readonly string[]): ResourceTarget | undefined {
  const [root, ...rest] = segments;
  if (root === "api") return targetIn("", rest);
  if (root === "apis") return targetIn(rest[0] ?? "", rest.slice(1));
  return undefined;
}

function targetIn(group: string, [version, ...rest]: readonly string[]): ResourceTarget | undefined {
  const watchPath = rest[0] === "watch";
  const parts = watchPath ? rest.slice(1) : rest;
  const [first, second, third = ""] = parts;
  if (version === undefined || first === undefined) return undefined;
  const base = { group, version, watchPath };
  if (first === "namespaces" && parts.length > 2 && second !== undefined && !ofNamespaces.has(third))
    return place({ ...base, namespace: second }, parts.slice(2));
  return place(base, parts);
}

function place(base: Omit<ResourceTarget, "plural">, parts: readonly string[]): ResourceTarget | undefined {
  const [plural, name, subresource, ...more] = parts;
  if (plural === undefined || more.length > 0) return undefined;
  return {
    ...base,
    plural,
    ...(name === undefined ? {} : { name }),
    ...(subresource === undefined ? {} : { subresource }),
  };
}
