import { systemClock } from "../../src/base/clock.js";
import { createApi } from "../../src/kube/client.js";
import { RouteStatusWriter } from "../../src/sandbox/workloads/routeStatus.js";
import { transportTo } from "../support/plane/plane.js";
import type { PlaneInfo } from "../support/plane/planeInfo.js";

/** Runs `work` while a stand-in for a gateway accepts every generation of every route at once. */
export async function withGateway<R>(info: PlaneInfo, work: () => Promise<R>, namespace?: string): Promise<R> {
  const transport = transportTo(info);
  const gateway = new RouteStatusWriter({
    api: createApi(transport),
    clock: systemClock,
    controllerName: "example.com/gateway",
    ...(namespace === undefined ? {} : { namespace }),
  });
  gateway.start();
  try {
    return await work();
  } finally {
    await gateway.stop();
    transport.close();
  }
}
