import { createApi } from "../../src/kube/client.js";
import { plane, transportTo } from "../support/plane/plane.js";
import { startPlane } from "../support/plane/startPlane.js";
import type { BareCluster } from "../support/workloadControllers.js";
import { describeWorkloadControllers } from "../support/workloadControllers.js";

/** What a cluster needs besides the controllers under test. */
const controllers = ["garbage-collector-controller", "namespace-controller", "serviceaccount-controller"];

async function realCluster(): Promise<BareCluster> {
  const shared = plane();
  const own = await startPlane({ ...shared.ownPlaneOptions(), crdFiles: [], controllers });
  const transport = transportTo(own.info);
  return {
    api: createApi(transport),
    async close() {
      transport.close();
      shared.close();
      await own.stop();
    },
  };
}

describeWorkloadControllers("a real API server", realCluster);
