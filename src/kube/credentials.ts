import type { Clock } from "../base/clock.js";
import type { PointsmanError } from "../base/errors.js";
import type { Result } from "../base/result.js";
import { ok } from "../base/result.js";

/** TLS settings of a connection, named as in node:tls. */
export interface TlsSettings {
  readonly ca?: string | Buffer;
  readonly cert?: string | Buffer;
  readonly key?: string | Buffer;
  readonly rejectUnauthorized?: boolean;
  readonly servername?: string;
}

/** What a request needs to be accepted: headers to add and TLS settings to connect with. */
export interface Authorization {
  readonly headers: Readonly<Record<string, string>>;
  readonly tls: TlsSettings;
}

/** Where the API server is and how to be known there. */
export interface ClusterCredentials {
  /** Base URL; a path in it is a prefix of every request. */
  readonly server: string;
  readonly namespace?: string;
  /** Current headers and TLS settings. Files are read again at most every 60 s, or after `refresh`. */
  authorize(): Promise<Result<Authorization, PointsmanError>>;
  /** Makes the next `authorize` read everything again; called after a 401 and after a failure of TLS. */
  refresh(): void;
}

/** Credentials that never change. */
export function staticCredentials(
  server: string,
  authorization: Authorization = { headers: {}, tls: {} },
): ClusterCredentials {
  return { server, authorize: () => Promise.resolve(ok(authorization)), refresh: () => undefined };
}

/** Reads an authorization anew: token and CA files, an exec plugin. */
export type AuthorizationSource = () => Promise<Result<Authorization, PointsmanError>>;

const maximumAge = 60_000;

/**
 * Keeps what `read` returned for 60 s, as service account tokens and CAs rotate (KEP-1205). Callers that come while a
 * read is under way share it. A failed read leaves the last good authorization in use; the next call reads again.
 */
export function cachedAuthorization(
  clock: Clock,
  read: AuthorizationSource,
): Pick<ClusterCredentials, "authorize" | "refresh"> {
  let last: Authorization | undefined;
  let readAt = Number.NEGATIVE_INFINITY;
  let running: Promise<Result<Authorization, PointsmanError>> | undefined;

  const load = async (): Promise<Result<Authorization, PointsmanError>> => {
    const startedAt = clock.monotonic();
    const result = await read();
    running = undefined;
    if (result.ok) {
      last = result.value;
      readAt = startedAt;
      return result;
    }
    return last === undefined ? result : ok(last);
  };
  return {
    authorize() {
      if (last !== undefined && clock.monotonic() - readAt < maximumAge) return Promise.resolve(ok(last));
      running ??= load();
      return running;
    },
    refresh() {
      readAt = Number.NEGATIVE_INFINITY;
    },
  };
}
