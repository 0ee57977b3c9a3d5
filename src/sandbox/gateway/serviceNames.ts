/** Names a Service. */
export interface ServiceName {
  readonly namespace: string;
  readonly name: string;
}

const clusterDomain = "svc.cluster.local";

/**
 * The Service that a host of Istio means in a namespace: `name`, `name.namespace`, `name.namespace.svc` or the whole
 * name in the cluster's domain; undefined for any other name.
 */
export function serviceOfHost(host: string, namespace: string): ServiceName | undefined {
  const labels = host.toLowerCase().replace(/\.$/, "").split(".");
  const [name = "", second, ...rest] = labels;
  if (name === "" || name === "*") return undefined;
  const isService = rest.length === 0 || rest.join(".") === "svc" || rest.join(".") === clusterDomain;
  return isService ? { namespace: second ?? namespace, name } : undefined;
}

/** All hosts by which clients call what a host of a VirtualService names: those of a Service, or the name itself. */
export function callNames(host: string, namespace: string): readonly string[] {
  const isShort = !host.includes(".") && host !== "*";
  const service = isShort || host.includes(".svc") ? serviceOfHost(host, namespace) : undefined;
  if (service === undefined) return [host];
  const near = `${service.name}.${service.namespace}`;
  const own = service.namespace === namespace ? [service.name] : [];
  return [host, ...own, near, `${near}.svc`, `${near}.${clusterDomain}`];
}
