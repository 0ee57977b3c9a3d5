import { createHash } from "node:crypto";

import type { Clock } from "../../base/clock.js";
import type { AccessQuestion } from "../../kube/accessReview.js";
import type { Api } from "../../kube/api.js";
import type { ApiError } from "../../kube/apiError.js";
import { reviewSubject, reviewToken } from "../../kube/tokenReview.js";

/** What a caller wants to see: routemaps are ConfigMaps, so whoever may read those may read about them. */
export interface Sight {
  readonly verb: "get" | "list";
  /** Absent: in all namespaces. */
  readonly namespace?: string;
  readonly name?: string;
}

/** Whether a caller may see it. `unavailable`: the API server cannot tell now. */
export type Access =
  | { readonly type: "allowed" }
  | { readonly type: "unauthenticated" | "forbidden" | "unavailable"; readonly message: string; readonly fix?: string };

/** Decides who may see what. `authorization`: the header of that name. */
export interface Authorizer {
  check(authorization: string | undefined, sight: Sight, signal: AbortSignal): Promise<Access>;
}

/** Lets everybody in who can reach the address; for loopback only. */
export const open: Authorizer = { check: () => Promise.resolve({ type: "allowed" }) };

/** Answers are kept this long, milliseconds: so long does a token work after it is withdrawn. */
const kept = 10_000;
const mostKept = 1_000;
/** Questions to the API server at once: a flood of wrong tokens must not take the connections of the controller. */
const mostAsking = 8;
const longestToken = 8_192;

interface Known {
  readonly access: Access;
  readonly until: number;
}

/** Takes bearer tokens and asks the API server whose they are and what those may read. */
export class TokenAuthorizer implements Authorizer {
  private readonly known = new Map<string, Known>();
  private readonly asking = new Map<string, Promise<Access>>();

  constructor(
    private readonly api: Api,
    private readonly clock: Clock,
  ) {}

  async check(authorization: string | undefined, sight: Sight, signal: AbortSignal): Promise<Access> {
    const token = /^Bearer +(\S+)$/i.exec(authorization ?? "")?.[1];
    if (token === undefined || token.length > longestToken)
      return { type: "unauthenticated", message: "this needs a token: Authorization: Bearer TOKEN" };
    const key = keyOf(token, sight);
    const known = this.known.get(key);
    if (known !== undefined && this.clock.monotonic() < known.until) return known.access;
    const under = this.asking.get(key);
    if (under !== undefined) return under;
    if (this.asking.size >= mostAsking) return { type: "unavailable", message: "too many tokens are being checked" };
    // Shared by all who ask the same, so no single caller's going away may end it: the transport bounds its time.
    const asked = this.ask(token, sight, new AbortController().signal).finally(() => this.asking.delete(key));
    this.asking.set(key, asked);
    const access = await asked;
    if (access.type !== "unavailable") this.keep(key, access);
    return signal.aborted ? { type: "unavailable", message: "the caller has gone" } : access;
  }

  private async ask(token: string, sight: Sight, signal: AbortSignal): Promise<Access> {
    const user = await reviewToken(this.api, token, signal);
    if (!user.ok) return unanswered(user.error, "tokenreviews");
    if (user.value === undefined)
      return {
        type: "unauthenticated",
        message: "the API server does not know this token, or it has expired",
        fix: "make a new one: kubectl create token SERVICEACCOUNT",
      };
    const answer = await reviewSubject(this.api, user.value, questionOf(sight), signal);
    if (!answer.ok) return unanswered(answer.error, "subjectaccessreviews");
    const where = sight.namespace === undefined ? "in all namespaces" : `in namespace ${sight.namespace}`;
    switch (answer.value.state) {
      case "allowed":
        return { type: "allowed" };
      case "unknown":
        return { type: "unavailable", message: `the authorizer cannot tell: ${answer.value.reason}` };
      case "denied":
        return {
          type: "forbidden",
          message: `${user.value.username} may not ${sight.verb} configmaps ${where}`,
          fix: "ask for a namespace in which this account may, or give it a role that allows it",
        };
    }
  }

  private keep(key: string, access: Access): void {
    this.known.delete(key);
    this.known.set(key, { access, until: this.clock.monotonic() + kept });
    const [oldest] = this.known.keys();
    if (this.known.size > mostKept && oldest !== undefined) this.known.delete(oldest);
  }
}

function questionOf({ verb, namespace, name }: Sight): AccessQuestion {
  const where = { ...(namespace === undefined ? {} : { namespace }), ...(name === undefined ? {} : { name }) };
  return { verb, group: "", resource: "configmaps", ...where };
}

/** Tokens themselves are not kept in memory. */
function keyOf(token: string, { verb, namespace = "", name = "" }: Sight): string {
  return `${createHash("sha256").update(token).digest("base64")} ${verb} ${namespace}/${name}`;
}

function unanswered(error: ApiError, resource: string): Access {
  const refused = error.code === 403;
  const message = refused ? `the controller itself may not create ${resource}` : `the API server: ${error.message}`;
  const fix = "add the component kustomize/components/dashboard to the installation";
  return { type: "unavailable", message, ...(refused ? { fix } : {}) };
}
