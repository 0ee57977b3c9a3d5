import type { ControllerConfig } from "../../config/config.js";
import type { ClusterFacts, Rights } from "../../routing/doctor/clusterFacts.js";
import type { Finding } from "../../routing/doctor/finding.js";

/** What `doctor` was asked to look at. */
export interface DoctorRun {
  /** The only namespace; absent: all. */
  readonly namespace?: string;
  /** A configuration file, decoded; absent: that of the controller in the cluster, or the defaults. */
  readonly config?: { readonly file: string; readonly config: ControllerConfig };
  /** The account whose rights are asked for; absent: that of the controller in the cluster, or one's own. */
  readonly account?: NonNullable<Rights["account"]>;
}

/** What was found, and of what. */
export interface Diagnosis {
  readonly server: string;
  readonly facts: ClusterFacts;
  readonly findings: readonly Finding[];
}
