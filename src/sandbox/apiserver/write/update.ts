import type { JsonObject } from "../../../base/json.js";
import type { Result } from "../../../base/result.js";
import { fail, ok } from "../../../base/result.js";
import type { KubeObject } from "../../../kube/object.js";
import type { Cluster } from "../cluster.js";
import { timestamp } from "../cluster.js";
import { subjectOf } from "../kinds/servedKind.js";
import { trackUpdate } from "../apply/trackUpdate.js";
import { servedObject } from "../read/representation.js";
import type { Failure } from "../status/failure.js";
import { notFound } from "../status/failure.js";
import { staleness } from "./checks.js";
import { changedDraft } from "./draft.js";
import { resetFields } from "./resetFields.js";
import { shaped } from "./fields.js";
import type { Place } from "./identity.js";
import { identified } from "./identity.js";
import { saveChange } from "./save.js";
import type { WriteOptions } from "./writeOptions.js";
import type { Written } from "./written.js";

/** One object that is there, perhaps by one of its subresources. */
export interface NamedPlace extends Place {
  readonly name: string;
  readonly subresource?: string;
}

/** The live object of a place, in its version. */
export function liveObject(cluster: Cluster, place: NamedPlace): Result<KubeObject, Failure> {
  const found = cluster.store.get(place.kind.collection, place.namespace, place.name);
  return found === undefined ? fail(notFound(subjectOf(place.kind, place.name))) : ok(servedObject(found, place.kind));
}

/** PUT: the whole object, in place of what is there. */
export function update(
  cluster: Cluster,
  place: NamedPlace,
  body: JsonObject,
  options: WriteOptions,
): Result<Written, Failure> {
  const named = identified(body, place, cluster.random);
  if (!named.ok) return named;
  const live = liveObject(cluster, place);
  if (!live.ok) return live;
  return change(cluster, place, { live: live.value, body: named.value, isPut: true }, options);
}

/** What a PUT or a patch that is no apply came to, and from what. */
export interface ChangeOf {
  readonly live: KubeObject;
  readonly body: JsonObject;
  readonly isPut: boolean;
}

/** Stores what a PUT or a patch made of an object. */
export function change(
  cluster: Cluster,
  place: NamedPlace,
  { live, body, isPut }: ChangeOf,
  options: WriteOptions,
): Result<Written, Failure> {
  const { kind, subresource } = place;
  const stale = staleness(body, live, kind, isPut);
  if (stale !== undefined) return fail(stale);
  const fields = shaped(body, kind, options.validation);
  if (!fields.ok) return fields;
  const draft = trackUpdate({
    live,
    updated: changedDraft(fields.value.object, live, kind, subresource),
    manager: options.manager,
    time: timestamp(cluster.clock),
    reset: resetFields(kind, subresource),
    schema: kind.schema,
    ...(subresource === undefined ? {} : { subresource }),
  });
  const saved = saveChange(cluster, kind, draft, live, { dryRun: options.dryRun, subresource });
  if (!saved.ok) return saved;
  return ok({ object: saved.value, created: false, warnings: fields.value.warnings });
}
