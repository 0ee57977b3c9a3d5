import type { Backend, ServiceName } from "../route.js";
import { predictorName } from "./backend.js";

/** A resource of a version, as far as routes can name it. */
export interface ListedResource {
  /** Resource and group, for example "services" or "inferenceservices.serving.kserve.io". */
  readonly groupResource: string;
  readonly namespace: string;
  readonly name: string;
  /** Labels of the pods that a workload makes (its pod template's labels). */
  readonly labels?: Readonly<Record<string, string>>;
}

/** What tells a version's traffic from that of others. */
export interface VersionIdentity {
  /** 0 is the primary. */
  readonly index: number;
  readonly name: string;
  readonly resources: readonly ListedResource[];
}

/** Labels of a DestinationRule's subset for the Service of its host; undefined where no such subset is known. */
export type SubsetLabels = (host: ServiceName, subset: string) => Readonly<Record<string, string>> | undefined;

const services = "services";
const inferenceServices = "inferenceservices.serving.kserve.io";

const knativeServices = "services.serving.knative.dev";

/**
 * The index of the one version that a backend means; undefined if it is none of them or could be several.
 *
 * - service: the version that lists it; else the version whose InferenceService it belongs to (`<isvc>`,
 *   `<isvc>-predictor`, `<isvc>-predictor-default`), or whose Knative Service has its name; else, for a Service that is
 *   everybody's entrance, the version that lists the Knative Service or InferenceService of the rewritten Host.
 * - kserve: the version that lists the InferenceService, or the Service of its predictor; else as the Service that
 *   the request is sent to. modelmesh: the version that lists an InferenceService of this name.
 * - branch: the version that lists an InferenceService of this name, or has this name; else as the Service.
 * - subset: the version whose pods have the subset's labels; where labels say nothing, the version that lists the
 *   host's Service, provided that every other version lists a Service or InferenceService of its own.
 */
export function identifyVersion(
  backend: Backend,
  versions: readonly VersionIdentity[],
  subsetLabels: SubsetLabels = () => undefined,
): number | undefined {
  switch (backend.kind) {
    case "service":
      return byService(backend, versions) ?? byHost(backend.host, versions);
    case "kserve":
      return byPredictor(backend, versions) ?? byVia(backend.via, versions);
    case "modelmesh":
      return only(versions.filter((version) => listsModel(version, backend.name)));
    case "branch":
      return byBranch(backend.value, versions) ?? byVia(backend.via, versions);
    case "subset":
      return bySubset(backend, versions, subsetLabels(backend, backend.subset));
    case "foreign":
      return undefined;
  }
}

/** The Services that a version lists. */
export function servicesOf(version: VersionIdentity): readonly ListedResource[] {
  return version.resources.filter((resource) => resource.groupResource === services);
}

/** The InferenceServices that a version lists. */
export function inferenceServicesOf(version: VersionIdentity): readonly ListedResource[] {
  return version.resources.filter((resource) => resource.groupResource === inferenceServices);
}

/** True for backends that are told apart by a header and not by where the request is sent. */
export function isNamedByHeader(backend: Backend, versions: readonly VersionIdentity[]): boolean {
  switch (backend.kind) {
    case "kserve":
    case "modelmesh":
    case "branch":
      return true;
    case "service":
      return byService(backend, versions) === undefined && byHost(backend.host, versions) !== undefined;
    case "subset":
    case "foreign":
      return false;
  }
}

function byHost(host: ServiceName | undefined, versions: readonly VersionIdentity[]): number | undefined {
  if (host === undefined) return undefined;
  return only(
    versions.filter(
      (version) => includes(inferenceServicesOf(version), host) || includes(knativeServicesOf(version), host),
    ),
  );
}

function knativeServicesOf(version: VersionIdentity): readonly ListedResource[] {
  return version.resources.filter((resource) => resource.groupResource === knativeServices);
}

function byService(service: ServiceName, versions: readonly VersionIdentity[]): number | undefined {
  const listed = versions.filter((version) => includes(servicesOf(version), service));
  if (listed.length > 0) return only(listed);
  const names = [service.name, predictorName(service.name)?.isvc].filter((name) => name !== undefined);
  return only(
    versions.filter(
      (version) =>
        includes(knativeServicesOf(version), service) ||
        names.some((name) => includes(inferenceServicesOf(version), { namespace: service.namespace, name })),
    ),
  );
}

function byPredictor(isvc: ServiceName, versions: readonly VersionIdentity[]): number | undefined {
  const listed = versions.filter((version) => includes(inferenceServicesOf(version), isvc));
  if (listed.length > 0) return only(listed);
  const { namespace, name } = isvc;
  return only(
    versions.filter((version) =>
      ["-predictor", "-predictor-default"].some((ending) =>
        includes(servicesOf(version), { namespace, name: name + ending }),
      ),
    ),
  );
}

function byBranch(value: string, versions: readonly VersionIdentity[]): number | undefined {
  const models = versions.filter((version) => listsModel(version, value));
  return models.length > 0 ? only(models) : only(versions.filter((version) => version.name === value));
}

function byVia(via: ServiceName | undefined, versions: readonly VersionIdentity[]): number | undefined {
  return via === undefined ? undefined : byService(via, versions);
}

function bySubset(
  host: ServiceName,
  versions: readonly VersionIdentity[],
  labels: Readonly<Record<string, string>> | undefined,
): number | undefined {
  const wanted = Object.entries(labels ?? {});
  const matching =
    wanted.length === 0
      ? []
      : versions.filter((version) => version.resources.some((resource) => hasLabels(resource, wanted)));
  if (matching.length > 0) return only(matching);
  const owner = byService(host, versions);
  const othersHaveTheirOwn = versions.every(
    (version) => version.index === owner || servicesOf(version).length > 0 || inferenceServicesOf(version).length > 0,
  );
  return othersHaveTheirOwn ? owner : undefined;
}

function hasLabels(resource: ListedResource, wanted: readonly (readonly [string, string])[]): boolean {
  return resource.labels !== undefined && wanted.every(([key, value]) => resource.labels?.[key] === value);
}

function listsModel(version: VersionIdentity, name: string): boolean {
  return inferenceServicesOf(version).some((isvc) => isvc.name === name);
}

function includes(resources: readonly ListedResource[], wanted: ServiceName): boolean {
  return resources.some((resource) => resource.name === wanted.name && resource.namespace === wanted.namespace);
}

function only(versions: readonly VersionIdentity[]): number | undefined {
  return versions.length === 1 ? versions[0]?.index : undefined;
}
