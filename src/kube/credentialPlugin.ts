import type { RequestOptions } from "node:https";

import type { KubeConfig } from "@kubernetes/client-node";

import type { Clock } from "../base/clock.js";
import { PointsmanError, describeError } from "../base/errors.js";
import type { Result } from "../base/result.js";
import { fail, ok } from "../base/result.js";
import type { Authorization, ClusterCredentials, TlsSettings } from "./credentials.js";
import { cachedAuthorization } from "./credentials.js";

const pluginDeadline = 30_000;

/**
 * An authorization that an exec plugin or auth provider of a kubeconfig gives. `load` makes the KubeConfig that runs it
 * and keeps its token until that expires; `refresh` makes a new one. A plugin that fails, or does not answer within 30 s,
 * is PM_CREDENTIALS_INVALID.
 */
export function pluggedAuthorization(
  clock: Clock,
  file: string,
  load: () => Promise<KubeConfig>,
): Pick<ClusterCredentials, "authorize" | "refresh"> {
  let loaded: Promise<KubeConfig> | undefined;
  const cached = cachedAuthorization(clock, () => {
    loaded ??= load();
    return withinDeadline(clock, file, loaded.then(askPlugin));
  });
  return {
    authorize: cached.authorize,
    refresh() {
      loaded = undefined;
      cached.refresh();
    },
  };
}

async function askPlugin(config: KubeConfig): Promise<Authorization> {
  const options: RequestOptions = { headers: {} };
  await config.applyToHTTPSOptions(options);
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(options.headers ?? {})) {
    if (typeof value === "string") headers[name.toLowerCase()] = value;
  }
  if (typeof options.auth === "string") {
    headers["authorization"] ??= `Basic ${Buffer.from(options.auth).toString("base64")}`;
  }
  return { headers, tls: tlsOf(options) };
}

function tlsOf(options: RequestOptions): TlsSettings {
  const material = (value: unknown) => (typeof value === "string" || Buffer.isBuffer(value) ? value : undefined);
  const ca = material(options.ca);
  const cert = material(options.cert);
  const key = material(options.key);
  return {
    ...(ca === undefined ? {} : { ca }),
    ...(cert === undefined ? {} : { cert }),
    ...(key === undefined ? {} : { key }),
    ...(options.rejectUnauthorized === undefined ? {} : { rejectUnauthorized: options.rejectUnauthorized }),
    ...(options.servername === undefined ? {} : { servername: options.servername }),
  };
}

function withinDeadline(
  clock: Clock,
  file: string,
  plugin: Promise<Authorization>,
): Promise<Result<Authorization, PointsmanError>> {
  return new Promise((resolve) => {
    const failed = (problem: string, cause?: unknown): void =>
      resolve(fail(new PointsmanError("PM_CREDENTIALS_INVALID", { file, problem }, { cause })));
    const cancel = clock.after(pluginDeadline, () => failed("the credential plugin did not answer within 30 s"));
    plugin.then(
      (authorization) => {
        cancel();
        resolve(ok(authorization));
      },
      (thrown: unknown) => {
        cancel();
        failed(`the credential plugin failed: ${describeError(thrown)}`, thrown);
      },
    );
  });
}
