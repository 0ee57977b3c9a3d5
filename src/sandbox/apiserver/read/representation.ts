import type { Json, JsonObject } from "../../../base/json.js";
import type { KubeObject } from "../../../kube/object.js";
import type { Form } from "../http/mediaType.js";
import type { ServedKind } from "../kinds/servedKind.js";
import { isSentAsStored, servedAs } from "../kinds/servedKind.js";
import { defaulted } from "../schema/defaulted.js";
import { asKubeObject } from "../store/stored.js";
import type { Stored } from "../store/stored.js";
import { objectOf, textInVersion } from "../store/stored.js";
import type { IncludeObject } from "../tables/table.js";
import { table } from "../tables/table.js";

/** How objects are to be sent. */
export interface View {
  readonly kind: ServedKind;
  readonly form: Form;
  /** What a table's rows carry of their objects. */
  readonly include: IncludeObject;
  /** Whether a table tells its columns (true unless set). */
  readonly withColumns?: boolean;
  /** Wall time, milliseconds: ages are told from it. */
  readonly now: () => number;
}

/** A stored object in the version it is asked for. */
export function servedObject(stored: Stored, kind: ServedKind): KubeObject {
  const object = objectOf(stored);
  if (isSentAsStored(kind)) return object;
  if (kind.conversion !== undefined) return kind.conversion.fromStored(object);
  return asKubeObject(defaulted({ ...object, apiVersion: servedAs(kind) }, kind.schema));
}

/** The text of one object. */
export function objectText(stored: Stored, view: View): string {
  switch (view.form) {
    case "object":
      return bareText(stored, view.kind);
    case "metadata":
      return metadataText(objectOf(stored));
    case "table":
      return JSON.stringify(table([servedObject(stored, view.kind)], view, String(stored.revision)));
  }
}

function bareText(stored: Stored, kind: ServedKind): string {
  if (isSentAsStored(kind)) return stored.text;
  if (!kind.isCustom) return JSON.stringify(servedObject(stored, kind));
  return kind.hasDefaults ? JSON.stringify(servedObject(stored, kind)) : textInVersion(stored, servedAs(kind));
}

function metadataText(object: KubeObject): string {
  return JSON.stringify(metadataOnly(object));
}

/** PartialObjectMetadata of an object. */
export function metadataOnly(object: KubeObject): JsonObject {
  return { kind: "PartialObjectMetadata", apiVersion: "meta.k8s.io/v1", metadata: object.metadata };
}

/** An item of a list: of built-in kinds without apiVersion and kind, which the list tells. */
function itemText(stored: Stored, view: View): string {
  const text = objectText(stored, view);
  if (view.form !== "object" || view.kind.isCustom) return text;
  return `{${text.slice(text.indexOf('"metadata":'))}`;
}

/** What a list says about itself. */
export interface ListMeta {
  readonly resourceVersion: string;
  readonly continue?: string;
  readonly remainingItemCount?: number;
}

/** The text of a list. */
export function listText(items: readonly Stored[], view: View, meta: ListMeta): string {
  if (view.form === "table") {
    const objects = items.map((stored) => servedObject(stored, view.kind));
    return JSON.stringify(table(objects, view, meta.resourceVersion, meta));
  }
  const head: Json =
    view.form === "metadata"
      ? { kind: "PartialObjectMetadataList", apiVersion: "meta.k8s.io/v1", metadata: { ...meta } }
      : { kind: view.kind.listKind, apiVersion: servedAs(view.kind), metadata: { ...meta } };
  const texts = items.map((stored) => itemText(stored, view));
  return `${JSON.stringify(head).slice(0, -1)},"items":[${texts.join(",")}]}`;
}
