import { systemClock } from "../../../src/base/clock.js";
import { dashboardRoutes } from "../../../src/server/dashboard/assets.js";
import type { RunningServer } from "../../../src/server/http.js";
import { listen } from "../../../src/server/http.js";
import type { Authorizer } from "../../../src/server/readApi/authorizer.js";
import { open as everybody } from "../../../src/server/readApi/authorizer.js";
import { guard, securityHeaders } from "../../../src/server/readApi/guard.js";
import { readApiRoutes } from "../../../src/server/readApi/routes.js";
import { MadeModel } from "../../support/dashboard/madeModel.js";

/** The built page and the read API over a model that tests fill. */
export class Served {
  private constructor(
    readonly model: MadeModel,
    private readonly authorizer: Authorizer,
    private server: RunningServer,
  ) {}

  static async start(authorizer: Authorizer = everybody): Promise<Served> {
    const model = new MadeModel();
    return new Served(model, authorizer, await serve(model, authorizer, 0));
  }

  get url(): string {
    return `http://127.0.0.1:${this.server.address.port}/`;
  }

  /** Ends the server, as an update of the controller does. */
  close(): Promise<void> {
    return this.server.close();
  }

  /** Serves at the same address again. */
  async again(): Promise<void> {
    this.server = await serve(this.model, this.authorizer, this.server.address.port);
  }
}

async function serve(model: MadeModel, authorizer: Authorizer, port: number): Promise<RunningServer> {
  const onError = (error: unknown): void => void process.stderr.write(`${String(error)}\n`);
  const api = { model, changes$: model.changes$, authorizer, auth: "none", version: "test", onError } as const;
  const started = await listen(`127.0.0.1:${port}`, {
    routes: [...dashboardRoutes("dist/dashboard"), ...readApiRoutes({ ...api, clock: systemClock })],
    clock: systemClock,
    onError,
    guard: guard(true),
    headers: securityHeaders,
  });
  if (!started.ok) throw started.error;
  return started.value;
}
