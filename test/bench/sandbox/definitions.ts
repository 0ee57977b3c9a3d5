import { readFileSync } from "node:fs";
import { join } from "node:path";

import { sleep, systemClock } from "../../../src/base/clock.js";
import type { ApplyClient } from "./client.js";
import { appliedKinds, applyKind } from "./objects.js";

const definitions = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";

/** Defines HTTPRoutes as the sandbox does, and waits until they are served. */
export async function defineRoutes(client: ApplyClient, root: string, signal: AbortSignal): Promise<void> {
  const body = readFileSync(join(root, "src/sandbox/crds/httproute.yaml"), "utf8");
  await client.apply({ path: `${definitions}/httproutes.gateway.networking.k8s.io`, body }, [200, 201]);
  const route = appliedKinds.find(({ kind }) => kind === "HTTPRoute");
  if (route === undefined) throw new Error("HTTPRoute is among the kinds that are applied");
  while ((await client.send(applyKind(route, "first", 1))).code !== 201) await sleep(systemClock, 10, signal);
}
