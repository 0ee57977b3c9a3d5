import type { Fields } from "./fields.js";
import { fieldOf } from "./fields.js";

/** What a request says before its body. `target` is path and query; `host` stands apart from the other fields. */
export interface RequestHead {
  readonly method: string;
  readonly host: string;
  readonly target: string;
  readonly fields: Fields;
}

/** Path of the target, still percent-encoded. */
export function pathOf({ target }: Pick<RequestHead, "target">): string {
  const path = target.split(/[?#]/, 1)[0] ?? "";
  return path === "" ? "/" : path;
}

/** The query with its question mark, or nothing. */
export function queryOf({ target }: Pick<RequestHead, "target">): string {
  const at = target.indexOf("?");
  return at < 0 ? "" : target.slice(at);
}

/** Name of the host in lower case, without port. */
export function hostNameOf(head: Pick<RequestHead, "host">): string {
  return head.host.replace(/:\d+$/, "").toLowerCase();
}

/** Port that the host names. */
export function hostPortOf(head: Pick<RequestHead, "host">): number | undefined {
  const port = /:(\d+)$/.exec(head.host)?.[1];
  return port === undefined ? undefined : Number(port);
}

/** Whether it is a call of gRPC. */
export function isGrpc(head: Pick<RequestHead, "fields">): boolean {
  return (fieldOf(head.fields, "content-type") ?? "").startsWith("application/grpc");
}
