import type { Random } from "../../base/random.js";
import type { Directory, Resolved } from "./directory.js";
import type { Fields } from "./fields.js";
import { changeAll } from "./headerChanges.js";
import type { HeaderChanges } from "./headerChanges.js";
import { rewriteTarget } from "./pathRewrite.js";
import { locationOf } from "./redirectAnswer.js";
import type { RequestHead } from "./requestHead.js";
import { hostNameOf } from "./requestHead.js";
import type { MatchedPath } from "./requestMatch.js";
import type { Found, RouteTable } from "./routeTable.js";
import type { Destination, Mirror, Retries, Rewrite, Rule, Target } from "./rule.js";
import { serviceOfHost } from "./serviceNames.js";
import { drawWeighted } from "./weights.js";

/** What a decision goes by. `ownServices` ("namespace/name") lead back to the gateway itself. */
export interface Circumstances {
  readonly table: RouteTable;
  readonly directory: Pick<Directory, "resolve">;
  readonly random: Random;
  readonly ownServices: ReadonlySet<string>;
}

/** What is sent to a Service: the endpoints that are ready, at least one. */
export interface Destined {
  readonly target: Target;
  readonly reached: Extract<Resolved, { type: "endpoints" }>;
  readonly head: RequestHead;
}

/** What becomes of a request. `response` are the changes of the answer's fields. */
export type Decision =
  | { readonly type: "answer"; readonly status: number; readonly body: string; readonly fields: Fields }
  | (Destined & {
      readonly type: "send";
      readonly response: readonly HeaderChanges[];
      readonly mirrors: readonly Destined[];
      readonly limits: Limits;
    });

/** How long a request may take, and how often it is tried. */
export interface Limits {
  readonly timeoutMs: number | undefined;
  readonly tryTimeoutMs: number | undefined;
  readonly retries: Retries | undefined;
}

/** How often a request may come back to the gateway; KServe's way of sharing out needs two. */
export const maxPasses = 8;

/** One way of the request through the routes, and what the ways before it left. */
interface Passing {
  readonly head: RequestHead;
  readonly passes: number;
  readonly response: readonly HeaderChanges[];
  readonly mirrors: readonly Destined[];
  readonly limits: Limits;
}

/** Decides what becomes of a request, by the routes and endpoints of one moment. */
export function decide(head: RequestHead, around: Circumstances): Decision {
  const limits = { timeoutMs: undefined, tryTimeoutMs: undefined, retries: undefined };
  return pass({ head, passes: 1, response: [], mirrors: [], limits }, around);
}

function pass(passing: Passing, around: Circumstances): Decision {
  const { head, passes } = passing;
  if (passes > maxPasses) return answer(508, `${head.host} comes back to the gateway again and again`);
  const found = isOwn(passing, around) ? around.table.find(head) : undefined;
  if (found !== undefined) return follow(found, passing, around);
  const service = passes > 1 ? serviceOfHost(hostNameOf(head), "") : undefined;
  if (service === undefined) return answer(404, `no route takes ${head.method} ${head.host}${head.target}`);
  return send({ target: service, missingStatus: 503, isHttp2: false }, passing, around);
}

/** A host that comes back is a Service's, unless a route asks for it by name. */
function isOwn({ head, passes }: Passing, { table }: Circumstances): boolean {
  return passes === 1 || table.knows(hostNameOf(head)) || serviceOfHost(hostNameOf(head), "") === undefined;
}

function follow({ rule, path }: Found, before: Passing, around: Circumstances): Decision {
  const { action } = rule;
  switch (action.type) {
    case "answer":
      return { ...answer(action.status, action.body), fields: changeAll(action.fields ?? [], rule.response) };
    case "redirect": {
      const location = locationOf(action.redirect, before.head, path);
      const fields = changeAll([["location", location]], rule.response);
      return { type: "answer", status: action.redirect.status, body: "", fields };
    }
    case "forward": {
      const chosen = drawWeighted(action.destinations, around.random);
      if (chosen === undefined) return answer(503, "no destination of the rule has weight");
      return onward(rule, chosen, path, before, around);
    }
  }
}

/** Rule first, then destination: what is more specific has the last word. */
function onward(rule: Rule, chosen: Destination, path: MatchedPath, before: Passing, around: Circumstances): Decision {
  const head = rewritten(before.head, [...rule.rewrites, ...chosen.rewrites], path);
  const fields = changeAll(head.fields, [...rule.request, ...chosen.request]);
  const passing: Passing = {
    head: { ...head, fields },
    passes: before.passes + 1,
    response: [...before.response, ...rule.response, ...chosen.response],
    mirrors: [...before.mirrors, ...copies([...rule.mirrors, ...chosen.mirrors], { ...head, fields }, around)],
    limits: {
      timeoutMs: shorter(before.limits.timeoutMs, rule.timeoutMs),
      tryTimeoutMs: shorter(before.limits.tryTimeoutMs, rule.tryTimeoutMs),
      retries: rule.retries ?? before.limits.retries,
    },
  };
  const { target } = chosen;
  if (target === undefined) return answer(rule.missingStatus, chosen.fault ?? "the destination is not there");
  if (around.ownServices.has(`${target.namespace}/${target.name}`)) return pass(passing, around);
  return send({ target, missingStatus: rule.missingStatus, isHttp2: rule.isHttp2 ?? false }, passing, around);
}

function send(
  to: { readonly target: Target; readonly missingStatus: number; readonly isHttp2: boolean },
  passing: Passing,
  around: Circumstances,
): Decision {
  const { target, missingStatus, isHttp2 } = to;
  const reached = around.directory.resolve(target);
  switch (reached.type) {
    case "missing":
      return answer(missingStatus, reached.why);
    case "external": {
      const service = serviceOfHost(reached.host, target.namespace);
      const isBack = service !== undefined && around.ownServices.has(`${service.namespace}/${service.name}`);
      if (isBack) return pass(passing, around);
      return answer(
        missingStatus,
        `${target.namespace}/${target.name} stands for ${reached.host}, outside the cluster`,
      );
    }
    case "endpoints": {
      const { head, response, mirrors, limits } = passing;
      if (reached.endpoints.length === 0)
        return answer(503, `${target.namespace}/${target.name} has no endpoint that is ready`);
      const speaking = { ...reached, isHttp2: isHttp2 || reached.isHttp2 };
      return { type: "send", target, reached: speaking, head, response, mirrors, limits };
    }
  }
}

/** A copy says so in its host, as Envoy's do; one that nobody takes is dropped. */
function copies(mirrors: readonly Mirror[], head: RequestHead, around: Circumstances): readonly Destined[] {
  return mirrors.flatMap(({ target, fraction }): Destined[] => {
    if (around.random.next() >= fraction || target === undefined) return [];
    const reached = around.directory.resolve(target);
    if (reached.type !== "endpoints" || reached.endpoints.length === 0) return [];
    return [{ target, reached, head: { ...head, host: head.host.replace(/(:\d+)?$/, "-shadow$1") } }];
  });
}

function rewritten(head: RequestHead, rewrites: readonly Rewrite[], matched: MatchedPath): RequestHead {
  return rewrites.reduce(
    (before, { path, host }) => ({
      ...before,
      ...(path === undefined ? {} : { target: rewriteTarget(before.target, path, matched) }),
      ...(host === undefined ? {} : { host }),
    }),
    head,
  );
}

/** 0 means no limit. */
function shorter(one: number | undefined, other: number | undefined): number | undefined {
  const limits = [one, other].filter((ms) => ms !== undefined && ms > 0);
  return limits.length === 0 ? undefined : Math.min(...limits.flatMap((ms) => ms ?? []));
}

function answer(status: number, body: string): Extract<Decision, { type: "answer" }> {
  return { type: "answer", status, body, fields: [] };
}
