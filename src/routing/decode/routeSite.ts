import type { JsonObject } from "../../base/json.js";
import type { DecodeContext } from "./context.js";
import type { DecodeReader, Path } from "./reader.js";
import type { VersionSpec } from "../routemap.js";
import type { RouteKind } from "../routeSpec.js";

/** One entry of `routes` while it is decoded. */
export interface RouteSite {
  readonly reader: DecodeReader;
  readonly path: Path;
  readonly members: JsonObject;
  readonly kind: RouteKind;
  readonly versions: readonly VersionSpec[];
  readonly context: DecodeContext;
}

/** Reports a problem at a key of the entry. */
export function refuseKey(site: RouteSite, key: string, message: string, fix: string): void {
  site.reader.refuse([...site.path, key], message, fix);
}

/** Text of a user in a message: quoted, and cut where it is long. */
export function quoted(text: string): string {
  return JSON.stringify(text.length > 80 ? `${text.slice(0, 80)}…` : text);
}

/** True for kinds of Gateway API. */
export function isGatewayKind(kind: RouteKind): boolean {
  return kind !== "VirtualService";
}
