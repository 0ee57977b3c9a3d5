import { embeddedCluster } from "../../../../support/embeddedCluster.js";
import { describeWorkloadControllers } from "../../../../support/workloadControllers.js";

describeWorkloadControllers("the embedded API server", embeddedCluster);
