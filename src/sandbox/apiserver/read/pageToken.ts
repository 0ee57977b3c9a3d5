import type { Json } from "../../../base/json.js";
import { numberAt, stringAt } from "../../../base/json.js";

/** Where a list goes on: after the object of this key, in the state of this revision. */
export interface PageToken {
  readonly revision: number;
  readonly after: string;
}

/** The opaque text of a token. */
export function encodePageToken({ revision, after }: PageToken): string {
  return Buffer.from(JSON.stringify({ v: "meta.k8s.io/v1", rv: revision, start: after })).toString("base64url");
}

/** A token's content; undefined if it is none of ours. */
export function decodePageToken(text: string): PageToken | undefined {
  try {
    const value = JSON.parse(Buffer.from(text, "base64url").toString("utf8")) as Json;
    const revision = numberAt(value, "rv");
    const after = stringAt(value, "start");
    return revision === undefined || after === undefined ? undefined : { revision, after };
  } catch {
    return undefined;
  }
}
