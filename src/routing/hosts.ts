/** What a host is judged by. */
export interface HostRule {
  /** Namespace of the route. */
  readonly namespace: string;
  /** Whether the route takes requests of the mesh itself, where `app.other` means the Service app of the namespace other. */
  readonly mesh: boolean;
  /** Patterns of the hosts that are allowed: exact names, `*.example.com` or `*`; absent: all. */
  readonly patterns?: readonly string[];
}

/** What a host names. The namespace "*" stands for several. */
type Meaning =
  | { readonly type: "service"; readonly namespace: string }
  /** Two labels in the mesh: a Service of that namespace, or a domain such as example.com. */
  | { readonly type: "either"; readonly namespace: string }
  | { readonly type: "short" }
  | { readonly type: "domain" };

/**
 * Why a route of `rule.namespace` may not ask for a host; undefined where it may (docs/rules.md, "Hosts").
 *
 * A Service of another namespace is always refused, whatever the cluster's domain is called, and so is a wildcard that
 * covers some. Short names and Services of the own namespace are always allowed. For everything else the patterns
 * decide, where there are any. A name of two labels in the mesh needs a pattern that says more than `*`.
 */
export function forbiddenHost(host: string, rule: HostRule): string | undefined {
  const name = host.toLowerCase().replace(/\.+$/, "");
  const meaning = meaningOf(name, rule.mesh);
  switch (meaning.type) {
    case "short":
      return undefined;
    case "service":
      return meaning.namespace === rule.namespace ? undefined : foreign(host, meaning.namespace);
    case "either": {
      const explicit = (rule.patterns ?? []).filter((pattern) => pattern !== "*");
      const allowed = meaning.namespace === rule.namespace || explicit.some((pattern) => matches(name, pattern));
      return allowed ? undefined : `in the mesh, ${foreign(host, meaning.namespace)}`;
    }
    case "domain":
      if (rule.patterns === undefined || rule.patterns.some((pattern) => matches(name, pattern))) return undefined;
      return `${host} is none of the hosts that the controller's configuration allows (${rule.patterns.join(", ") || "none"})`;
  }
}

function foreign(host: string, namespace: string): string {
  return namespace === "*"
    ? `${host} takes the requests of Services of other namespaces`
    : `${host} is a Service of the namespace ${namespace}`;
}

function meaningOf(name: string, mesh: boolean): Meaning {
  const labels = name.split(".");
  const wildcard = labels[0] === "*";
  const svc = labels.indexOf("svc", wildcard ? 1 : 2);
  if (svc > 0) return { type: "service", namespace: labels[svc - 1] ?? "" };
  if (wildcard && ["cluster.local", "local"].includes(name.slice(2))) return { type: "service", namespace: "*" };
  if (name === "*") return mesh ? { type: "service", namespace: "*" } : { type: "domain" };
  if (labels.length === 1) return { type: "short" };
  return mesh && labels.length === 2 ? { type: "either", namespace: labels[1] ?? "" } : { type: "domain" };
}

/** `*.example.com` stands for every name below example.com, wildcards included. */
function matches(name: string, pattern: string): boolean {
  const wanted = pattern.toLowerCase().replace(/\.+$/, "");
  if (wanted === "*") return true;
  return wanted.startsWith("*.") ? name.endsWith(wanted.slice(1)) : name === wanted;
}
