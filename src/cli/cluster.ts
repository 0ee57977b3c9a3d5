import type { Clock } from "../base/clock.js";
import { systemClock } from "../base/clock.js";
import { systemRandom } from "../base/random.js";
import { version } from "../base/version.js";
import type { Api } from "../kube/api.js";
import { createApi } from "../kube/client.js";
import { Discovery } from "../kube/discovery.js";
import { loadCredentials } from "../kube/kubeconfig.js";
import { Transport } from "../kube/transport.js";

/** A cluster that a command reads. */
export interface Cluster {
  readonly api: Api;
  readonly discovery: Discovery;
  readonly clock: Clock;
  /** Base URL of its API server. */
  readonly server: string;
  /** Namespace of the kubeconfig's current context, else "default". */
  readonly namespace: string;
  /** Epoch milliseconds to add to our wall clock to get the API server's. */
  serverTimeOffset(): number;
  close(): void;
}

/** Where to find the credentials of a command. */
export interface ClusterAccess {
  /** Value of --kubeconfig. */
  readonly kubeconfig: string | undefined;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** Opens the cluster of a command; it is given to whoever builds the command. Throws a PointsmanError without credentials. */
export type OpenCluster = (access: ClusterAccess) => Promise<Cluster>;

/**
 * Opens the user's cluster: --kubeconfig, else KUBECONFIG, else the Pod's service account, else ~/.kube/config. Nothing
 * is asked of it yet, and nothing can be written to it.
 */
export const openCluster: OpenCluster = async ({ kubeconfig, env }) => {
  const where = { ...(kubeconfig === undefined ? {} : { kubeconfig }), env, clock: systemClock };
  const credentials = await loadCredentials({ ...where, allowDefault: true });
  if (!credentials.ok) throw credentials.error;
  const transport = new Transport({
    credentials: credentials.value,
    clock: systemClock,
    random: systemRandom,
    userAgent: `pointsman/${version}`,
    gate: () => "this command only reads",
  });
  const api = createApi(transport);
  return {
    api,
    discovery: new Discovery(api, systemClock),
    clock: systemClock,
    server: credentials.value.server,
    namespace: credentials.value.namespace ?? "default",
    serverTimeOffset: () => transport.serverTimeOffset() ?? 0,
    close: () => transport.close(),
  };
};
