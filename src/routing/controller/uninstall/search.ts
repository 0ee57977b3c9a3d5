import type { ControllerConfig } from "../../../config/config.js";
import { resources } from "../../../config/config.js";
import { reviewAll } from "../../../kube/accessReview.js";
import type { Api } from "../../../kube/api.js";
import type { ApiError } from "../../../kube/apiError.js";
import { isGone, isKindAbsent, isNotFound } from "../../../kube/apiError.js";
import type { Discovery } from "../../../kube/discovery.js";
import type { Resource } from "../../../kube/resource.js";
import { groupResourceOf } from "../../../kube/resource.js";
import type { Leftover } from "../../uninstall/leftover.js";
import { leftoverOf } from "../../uninstall/leftover.js";

/** What a search found, and where it could not look. */
export interface Searched {
  readonly leftovers: readonly Leftover[];
  /** Kinds of the configuration that could not be listed: what they hide is not known. */
  readonly blind: readonly ApiError[];
  /** Other kinds that may not be listed. */
  readonly unsought: readonly string[];
}

/** What to search. `namespace`: nowhere else. */
export interface SearchOptions {
  readonly api: Api;
  readonly discovery: Discovery;
  readonly config: ControllerConfig;
  readonly namespace?: string;
}

/** Kinds that nobody lists as part of a version, of which there are many, or which are nobody's business. */
const passedOver: ReadonlySet<string> = new Set([
  "pods",
  "secrets",
  "events",
  "events.events.k8s.io",
  "endpoints",
  "endpointslices.discovery.k8s.io",
  "leases.coordination.k8s.io",
  "replicasets.apps",
  "controllerrevisions.apps",
]);

const pageSize = 500;

/**
 * Lists every kind of the configuration, and every other kind the server has as far as that is allowed, as metadata and
 * without a selector: what lost its label, or was held under another configuration, is found too.
 */
export class Search {
  private readonly configured: ReadonlySet<string>;
  private allowed: Asked | undefined;

  constructor(private readonly options: SearchOptions) {
    this.configured = new Set(resources(options.config).map(groupResourceOf));
  }

  async look(signal: AbortSignal): Promise<Searched> {
    const { config, discovery } = this.options;
    const failed = await discovery.refresh(signal);
    if (failed !== undefined) return { leftovers: [], blind: [failed], unsought: [] };
    const leftovers: Leftover[] = [];
    const blind: ApiError[] = [];
    for (const kind of resources(config)) {
      const resource = await discovery.resolve(kind, signal);
      const error = resource.ok ? await listInto(leftovers, this.options, resource.value, signal) : resource.error;
      if (error !== undefined && !isKindAbsent(error)) blind.push(error);
    }
    const { may, mayNot } = (this.allowed ??= await this.ask(signal));
    const unsought = mayNot.map(groupResourceOf);
    for (const resource of may)
      if ((await listInto(leftovers, this.options, resource, signal)) !== undefined)
        unsought.push(groupResourceOf(resource));
    return { leftovers, blind, unsought };
  }

  /** Which of the other kinds may be listed: asked once, so that no request is made that is refused. */
  private async ask(signal: AbortSignal): Promise<Asked> {
    const { api, discovery, namespace } = this.options;
    const kinds = others(discovery.all(), this.configured);
    const questions = kinds.map(({ group, resource }) => {
      return { verb: "list", group, resource, ...(namespace === undefined ? {} : { namespace }) };
    });
    const answers = await reviewAll(api, questions, signal);
    const may = kinds.filter((_, index) => answers.ok && answers.value[index]?.state === "allowed");
    return { may, mayNot: kinds.filter((kind) => !may.includes(kind)) };
  }
}

interface Asked {
  readonly may: readonly Resource[];
  readonly mayNot: readonly Resource[];
}

/** Every kind of objects in namespaces that is not configured, once. */
function others(all: readonly Resource[], configured: ReadonlySet<string>): readonly Resource[] {
  const found = new Map<string, Resource>();
  for (const resource of all) {
    const key = groupResourceOf(resource);
    if (resource.namespaced && !configured.has(key) && !passedOver.has(key) && !found.has(key))
      found.set(key, resource);
  }
  return [...found.values()];
}

/** A list that grew too old while it was read is read once more from the beginning. */
async function listInto(
  found: Leftover[],
  options: SearchOptions,
  resource: Resource,
  signal: AbortSignal,
): Promise<ApiError | undefined> {
  const first = await listAll(options, resource, signal);
  const answer = "kind" in first && isGone(first) ? await listAll(options, resource, signal) : first;
  if (!("kind" in answer)) found.push(...answer);
  // What can be created but not listed (an access review) cannot be left behind.
  else if (!isNotFound(answer) && answer.code !== 405) return answer;
  return undefined;
}

async function listAll(
  { api, namespace }: SearchOptions,
  resource: Resource,
  signal: AbortSignal,
): Promise<readonly Leftover[] | ApiError> {
  const found: Leftover[] = [];
  const selection = { resource, metadataOnly: true, ...(namespace === undefined ? {} : { namespace }) };
  let next: string | undefined;
  do {
    const page = await api.list(
      selection,
      { limit: pageSize, ...(next === undefined ? {} : { continue: next }) },
      signal,
    );
    if (!page.ok) return page.error;
    for (const object of page.value.items)
      found.push(...[leftoverOf(resource, object)].filter((one) => one !== undefined));
    next = page.value.continue === "" ? undefined : page.value.continue;
  } while (next !== undefined);
  return found;
}
