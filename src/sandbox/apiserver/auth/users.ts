import { createHmac, randomBytes, timingSafeEqual } from "node:crypto";

import type { Clock } from "../../../base/clock.js";
import type { Json } from "../../../base/json.js";
import { numberAt, stringAt } from "../../../base/json.js";

/** Who sends a request. */
export interface User {
  readonly name: string;
  readonly uid?: string;
  readonly groups: readonly string[];
}

/** A service account that a token is for. */
export interface AccountRef {
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
}

/** A token and when it ends, milliseconds since the epoch. */
export interface IssuedToken {
  readonly token: string;
  readonly expires: number;
}

const administrator: User = { name: "kubernetes-admin", groups: ["system:masters", "system:authenticated"] };
const issuer = "https://kubernetes.default.svc";

/**
 * Whose token is whose. There are the administrator's, made at the start, and those of service accounts, signed by a key
 * that lives as long as the server (JWT, HS256). Everybody who is known may do everything.
 */
export class Users {
  /** The administrator's token, for the kubeconfig. */
  readonly adminToken = randomBytes(24).toString("hex");
  private readonly key = randomBytes(32);

  constructor(private readonly clock: Clock) {}

  /** The user of an Authorization header; undefined if there is none whom we know. */
  ofHeader(header: string | undefined): User | undefined {
    const [, token = ""] = /^Bearer\s+(\S+)$/i.exec(header ?? "") ?? [];
    return this.ofToken(token);
  }

  /** The user of a token. */
  ofToken(token: string): User | undefined {
    if (isSame(token, this.adminToken)) return administrator;
    const claims = this.verified(token);
    if (claims === undefined || (numberAt(claims, "exp") ?? 0) * 1_000 < this.clock.now()) return undefined;
    const name = stringAt(claims, "sub") ?? "";
    const [, , namespace = ""] = name.split(":");
    const uid = stringAt(claims, "kubernetes.io", "serviceaccount", "uid") ?? "";
    const groups = ["system:serviceaccounts", `system:serviceaccounts:${namespace}`, "system:authenticated"];
    return { name, uid, groups };
  }

  /** A token of a service account, for so many seconds. */
  issue(account: AccountRef, seconds: number, audiences: readonly string[] = [issuer]): IssuedToken {
    const now = Math.floor(this.clock.now() / 1_000);
    const claims = {
      aud: audiences,
      exp: now + seconds,
      iat: now,
      iss: issuer,
      nbf: now,
      sub: `system:serviceaccount:${account.namespace}:${account.name}`,
      "kubernetes.io": {
        namespace: account.namespace,
        serviceaccount: { name: account.name, uid: account.uid },
      },
    };
    const body = `${base64({ alg: "HS256", typ: "JWT" })}.${base64(claims)}`;
    return { token: `${body}.${this.sign(body)}`, expires: claims.exp * 1_000 };
  }

  private verified(token: string): Json | undefined {
    const end = token.lastIndexOf(".");
    const [, claims = ""] = token.split(".");
    if (end < 0 || !isSame(token.slice(end + 1), this.sign(token.slice(0, end)))) return undefined;
    // Signed by us: it is what we encoded.
    return JSON.parse(Buffer.from(claims, "base64url").toString("utf8")) as Json;
  }

  private sign(text: string): string {
    return createHmac("sha256", this.key).update(text).digest("base64url");
  }
}

function base64(value: Json): string {
  return Buffer.from(JSON.stringify(value)).toString("base64url");
}

function isSame(a: string, b: string): boolean {
  const [first, second] = [Buffer.from(a), Buffer.from(b)];
  return first.length === second.length && timingSafeEqual(first, second);
}
