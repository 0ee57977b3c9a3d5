import type { JsonObject } from "../../../base/json.js";
import type { Result } from "../../../base/result.js";
import { ok } from "../../../base/result.js";
import type { Cluster } from "../cluster.js";
import { timestamp } from "../cluster.js";
import { trackUpdate } from "../apply/trackUpdate.js";
import type { Failure } from "../status/failure.js";
import { freshDraft } from "./draft.js";
import { resetFields } from "./resetFields.js";
import { shaped } from "./fields.js";
import type { Place } from "./identity.js";
import { identified } from "./identity.js";
import { saveNew } from "./save.js";
import type { WriteOptions } from "./writeOptions.js";
import type { Written } from "./written.js";

/** POST: a new object, under the name it has or gets. */
export function create(
  cluster: Cluster,
  place: Place,
  body: JsonObject,
  options: WriteOptions,
): Result<Written, Failure> {
  const { kind } = place;
  const named = identified(body, place, cluster.random);
  if (!named.ok) return named;
  const fields = shaped(named.value, kind, options.validation);
  if (!fields.ok) return fields;
  const draft = trackUpdate({
    updated: freshDraft(fields.value.object, kind, cluster),
    manager: options.manager,
    time: timestamp(cluster.clock),
    reset: resetFields(kind),
    schema: kind.schema,
  });
  const saved = saveNew(cluster, kind, draft, options.dryRun);
  if (!saved.ok) return saved;
  return ok({ object: saved.value, created: true, warnings: fields.value.warnings });
}
