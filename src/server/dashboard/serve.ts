import type { Clock } from "../../base/clock.js";
import type { PointsmanError } from "../../base/errors.js";
import type { Result } from "../../base/result.js";
import type { Api } from "../../kube/api.js";
import { ReadModel } from "../../routing/controller/readModel.js";
import type { ReadModelOptions } from "../../routing/controller/readModel.js";
import { isLoopback, parseAddress } from "../address.js";
import type { RunningServer } from "../http.js";
import { listen } from "../http.js";
import { open, TokenAuthorizer } from "../readApi/authorizer.js";
import { guard, securityHeaders } from "../readApi/guard.js";
import { readApiRoutes } from "../readApi/routes.js";
import { dashboardRoutes } from "./assets.js";

/** How the dashboard is served. */
export interface DashboardOptions extends Pick<ReadModelOptions, "controller" | "happenings"> {
  readonly address: string;
  readonly auth: "none" | "token";
  /** Where the build has put the page. */
  readonly folder: string;
  /** Answers whose a token is. */
  readonly api: Api;
  readonly clock: Clock;
  readonly version: string;
  /** Told of what failed, and where. */
  readonly onError: (error: unknown, where: string) => void;
}

/** Serves the read API and the dashboard until it is closed or `signal` aborts. */
export async function serveDashboard(
  options: DashboardOptions,
  signal: AbortSignal,
): Promise<Result<RunningServer, PointsmanError>> {
  const { address, auth, api, clock, version, onError } = options;
  const parsed = parseAddress(address);
  const model = new ReadModel(options);
  const server = await listen(address, {
    routes: [
      ...dashboardRoutes(options.folder),
      ...readApiRoutes({
        model,
        changes$: model.changes$,
        authorizer: auth === "token" ? new TokenAuthorizer(api, clock) : open,
        auth,
        version,
        clock,
        onError: (error) => onError(error, "stream"),
      }),
    ],
    clock,
    onError,
    guard: guard(parsed.ok && isLoopback(parsed.value)),
    headers: securityHeaders,
  });
  if (server.ok) model.follow(signal);
  return server;
}
