import type { Backend, ServiceName } from "../route.js";

/**
 * Headers that a route sets on a request, by lower-case name. A rewritten Host or authority stands under `host`,
 * whichever way it is written.
 */
export type RequestHeaders = ReadonlyMap<string, string>;

/** The name under which a header is kept in `RequestHeaders`. */
export function headerKey(name: string): string {
  const lower = name.toLowerCase();
  return lower === ":authority" ? "host" : lower;
}

/**
 * The Service that a VirtualService host names: "name" (in `namespace`), "name.ns", "name.ns.svc" and
 * "name.ns.svc.<any cluster domain>". Undefined for wildcards and other hosts.
 */
export function serviceOfHost(host: string, namespace: string): ServiceName | undefined {
  const [name = "", ns, svc, ...domain] = host.toLowerCase().replace(/\.$/, "").split(".");
  const labels = [name, ...(ns === undefined ? [] : [ns]), ...domain];
  if (!labels.every((label) => /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/.test(label))) return undefined;
  if (svc !== undefined && svc !== "svc") return undefined;
  return { namespace: ns ?? namespace, name };
}

/**
 * The InferenceService whose predictor a Host header names: `<isvc>-predictor[-default].<ns>[.svc[.<domain>]]`
 * (`-default` is what KServe wrote before 0.11). A port behind the name is ignored.
 */
export function predictorOfHost(host: string): ServiceName | undefined {
  const bare = host.replace(/:\d+$/, "");
  if (!bare.includes(".")) return undefined;
  const service = serviceOfHost(bare, "");
  const isvc = service === undefined ? undefined : predictorName(service.name)?.isvc;
  return service === undefined || isvc === undefined ? undefined : { namespace: service.namespace, name: isvc };
}

/** Splits the name of a predictor's Service into its InferenceService and the ending. */
export function predictorName(service: string): { readonly isvc: string; readonly ending: string } | undefined {
  const [, isvc, ending] = /^(.+?)(-predictor(?:-default)?)$/.exec(service) ?? [];
  return isvc === undefined || ending === undefined ? undefined : { isvc, ending };
}

/**
 * Who gets a request that is sent to `direct` with headers set by the rule and by the destination. The destination's
 * headers win. `branch` counts only on a destination: it is what the first pass of Iter8's KServe split sets.
 */
export function backendOf(direct: Backend, ruleHeaders: RequestHeaders, ownHeaders: RequestHeaders): Backend {
  const via = viaOf(direct);
  const header = (name: string): string | undefined => ownHeaders.get(name) ?? ruleHeaders.get(name);
  const host = header("host");
  const predictor = host === undefined ? undefined : predictorOfHost(host);
  if (predictor !== undefined) return { kind: "kserve", ...predictor, ...via };
  const model = header("mm-vmodel-id");
  if (model !== undefined) return { kind: "modelmesh", name: model, ...via };
  const branch = ownHeaders.get("branch");
  if (branch !== undefined) return { kind: "branch", value: branch, ...via };
  const named = host === undefined || direct.kind !== "service" ? undefined : firstLabels(host);
  return named === undefined || direct.kind !== "service" ? direct : { ...direct, host: named };
}

function firstLabels(host: string): ServiceName | undefined {
  const [name, namespace] = host.toLowerCase().replace(/:\d+$/, "").split(".");
  return name === undefined || name === "" || namespace === undefined || namespace === ""
    ? undefined
    : { namespace, name };
}

/** One line for people: "Service ns/name", "InferenceService ns/name", "host|subset" and so on. */
export function describeBackend(backend: Backend): string {
  switch (backend.kind) {
    case "service":
      return `Service ${backend.namespace}/${backend.name}`;
    case "kserve":
      return `InferenceService ${backend.namespace}/${backend.name}`;
    case "modelmesh":
      return `model ${backend.name}`;
    case "branch":
      return `branch ${backend.value}`;
    case "subset":
      return `subset ${backend.subset} of Service ${backend.namespace}/${backend.name}`;
    case "foreign":
      return backend.text;
  }
}

function viaOf(direct: Backend): { readonly via?: ServiceName } {
  if (direct.kind !== "service" && direct.kind !== "subset") return {};
  return { via: { namespace: direct.namespace, name: direct.name } };
}
