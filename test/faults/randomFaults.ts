import type { FaultProxy } from "./proxy/faultProxy.js";

const changing = ["create", "update", "patch", "delete"] as const;

/**
 * A little of everything that a network and a busy API server do to a client, by chance, until the proxy heals:
 * connections that are reset, delays, refusals of every kind, lost and truncated replies, watches that are cut or
 * expire, events that come twice or in another order. `strength` multiplies how often.
 */
export function stir(proxy: FaultProxy, strength = 1): void {
  proxy.rule({ phase: "request" }, { kind: "reset" }, { chance: 0.01 * strength });
  proxy.rule({ phase: "request" }, { kind: "status", code: 503 }, { chance: 0.01 * strength });
  proxy.rule({ phase: "request" }, { kind: "status", code: 500 }, { chance: 0.01 * strength });
  proxy.rule({ phase: "request" }, { kind: "status", code: 429, retryAfter: 1 }, { chance: 0.01 * strength });
  proxy.rule({ phase: "request", verb: changing }, { kind: "status", code: 409 }, { chance: 0.03 * strength });
  proxy.rule({ phase: "request" }, { kind: "delay", ms: 1500 }, { chance: 0.01 * strength });
  proxy.rule({ phase: "request" }, { kind: "delay", ms: 200 }, { chance: 0.1 * strength });
  proxy.rule({ phase: "reply", verb: changing }, { kind: "reset" }, { chance: 0.02 * strength });
  proxy.rule({ phase: "reply", verb: changing }, { kind: "status", code: 504 }, { chance: 0.01 * strength });
  proxy.rule({ phase: "reply", verb: changing }, { kind: "truncate" }, { chance: 0.01 * strength });
  proxy.rule({ phase: "event" }, { kind: "duplicate" }, { chance: 0.02 * strength });
  proxy.rule({ phase: "event" }, { kind: "swap" }, { chance: 0.02 * strength });
  proxy.rule({ phase: "event" }, { kind: "cut", where: "mid-line" }, { chance: 0.002 * strength });
  proxy.rule({ phase: "event" }, { kind: "cut", where: "before" }, { chance: 0.002 * strength });
  proxy.rule({ phase: "event" }, { kind: "error", code: 410 }, { chance: 0.002 * strength });
}
