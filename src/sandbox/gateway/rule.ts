import type { Fields } from "./fields.js";
import type { HeaderChanges } from "./headerChanges.js";
import type { PathRewrite } from "./pathRewrite.js";
import type { RequestMatch } from "./requestMatch.js";

/** A Service, or a part of its Pods, as a destination. Without `port` its only one. */
export interface Target {
  readonly namespace: string;
  readonly name: string;
  readonly port?: number;
  readonly subset?: string;
}

/** Where a share of the requests goes. A destination that is of no use has no target; `fault` says why. */
export interface Destination {
  readonly target: Target | undefined;
  /** The host as it is written, where it is the name of a host. */
  readonly host?: string;
  readonly weight: number;
  readonly request: readonly HeaderChanges[];
  readonly response: readonly HeaderChanges[];
  readonly rewrites: readonly Rewrite[];
  readonly mirrors: readonly Mirror[];
  readonly fault?: string;
}

/** Copies of requests: `fraction` of them, 0 to 1. */
export interface Mirror {
  readonly target: Target | undefined;
  readonly fraction: number;
}

/** What becomes of path and host on the way. */
export interface Rewrite {
  readonly path?: PathRewrite;
  readonly host?: string;
}

/** An answer that sends the client elsewhere. Parts that are absent stay as they were asked. */
export interface Redirect {
  readonly status: number;
  readonly scheme?: string;
  readonly host?: string;
  readonly port?: number;
  readonly path?: PathRewrite;
}

/** When a request is tried again: on these statuses, and where `on` says so when nothing answered. */
export interface Retries {
  /** Tries after the first. */
  readonly attempts: number;
  readonly codes: ReadonlySet<number>;
  readonly onConnectFailure: boolean;
  readonly onReset: boolean;
  readonly backoffMs: number;
}

/** What a rule does with a request. */
export type RuleAction =
  | { readonly type: "forward"; readonly destinations: readonly Destination[] }
  | { readonly type: "redirect"; readonly redirect: Redirect }
  | { readonly type: "answer"; readonly status: number; readonly body: string; readonly fields?: Fields };

/** One rule of a route, whatever the kind it was written in. No matches take everything. */
export interface Rule {
  readonly matches: readonly RequestMatch[];
  readonly action: RuleAction;
  readonly request: readonly HeaderChanges[];
  readonly response: readonly HeaderChanges[];
  readonly rewrites: readonly Rewrite[];
  readonly mirrors: readonly Mirror[];
  /** From the request to the end of the answer, and for each try; absent or 0: no limit. */
  readonly timeoutMs?: number;
  readonly tryTimeoutMs?: number;
  readonly retries?: Retries;
  /** Status where a destination is not there: 500 in Gateway API, 503 in Istio. */
  readonly missingStatus: number;
  /** Whether the destinations speak HTTP/2 without being told so. */
  readonly isHttp2?: boolean;
}

/** A route in force. */
export interface Route {
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  readonly generation: number;
  /** RFC 3339; older routes win where nothing else decides. */
  readonly created: string;
  readonly hosts: readonly string[];
  /** The first rule that matches wins, or the most specific match. */
  readonly order: "first" | "specific";
  readonly rules: readonly Rule[];
}
