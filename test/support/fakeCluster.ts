import type { Result } from "../../src/base/result.js";
import { fail, ok } from "../../src/base/result.js";
import type { Cluster } from "../../src/cli/cluster.js";
import type { ApiError } from "../../src/kube/apiError.js";
import type { ResourceQuery } from "../../src/kube/discovery.js";
import { Discovery } from "../../src/kube/discovery.js";
import type { Resource } from "../../src/kube/resource.js";
import { groupResourceOf } from "../../src/kube/resource.js";
import { failures, FakeApi } from "./fakeApi.js";
import { FakeClock } from "./fakeClock.js";

/** Says that every kind is served but the absent ones. */
class FakeDiscovery extends Discovery {
  readonly absent = new Set<string>();
  broken: ApiError | undefined;

  override resolve(query: ResourceQuery): Promise<Result<Resource, ApiError>> {
    const resource = "resource" in query ? query.resource : "";
    const gvr = { group: query.group, version: query.version ?? "v1", resource };
    if (this.absent.has(groupResourceOf(gvr))) return Promise.resolve(fail(failures.absent));
    return Promise.resolve(ok({ ...gvr, kind: resource, namespaced: true }));
  }

  override refresh(): Promise<ApiError | undefined> {
    return Promise.resolve(this.broken);
  }
}

/** The cluster of a command, in memory. */
export class FakeCluster implements Cluster {
  readonly clock = new FakeClock(Date.UTC(2030, 0, 1));
  readonly api = new FakeApi(this.clock);
  readonly discovery = new FakeDiscovery(this.api, this.clock);
  readonly server = "https://cluster.example:6443/";
  readonly namespace: string = "shop";
  closed = 0;

  serverTimeOffset(): number {
    return 0;
  }

  close(): void {
    this.closed += 1;
  }
}
