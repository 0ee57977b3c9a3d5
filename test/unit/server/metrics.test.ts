import { describe, expect, test } from "@jest/globals";
import { Registry } from "prom-client";

import { seededRandom } from "../../../src/base/random.js";
import { WorkQueue } from "../../../src/runtime/queue.js";
import { createMetrics } from "../../../src/server/metrics.js";
import { FakeClock, settle } from "../../support/fakeClock.js";

function bench() {
  const registry = new Registry();
  const metrics = createMetrics(registry, "1.2.3");
  /** Samples whose name starts with `prefix`, as text. */
  const lines = async (prefix: string): Promise<string[]> =>
    (await registry.metrics()).split("\n").filter((line) => line.startsWith(prefix));
  return { registry, metrics, lines };
}

describe("createMetrics", () => {
  test("fills the registry it was given, and two of them do not meet", async () => {
    const first = bench();
    const second = bench();
    first.metrics.released("proof");
    const proofs = 'pointsman_releases_total{ground="proof"}';
    expect(await first.lines(proofs)).toEqual([`${proofs} 1`]);
    expect(await second.lines(proofs)).toEqual([`${proofs} 0`]);
    expect(await first.lines("pointsman_build_info")).toEqual(['pointsman_build_info{version="1.2.3"} 1']);
  });

  test("has the process' own metrics", async () => {
    const { lines } = bench();
    expect(await lines("process_cpu_seconds_total")).toHaveLength(1);
    expect(await lines("nodejs_eventloop_lag_p99_seconds")).toHaveLength(1);
  });

  test("counts requests by code, method and host, and times all but watches", async () => {
    const { metrics, lines } = bench();
    const call = { method: "GET", resource: "services", host: "api:6443", durationMs: 20 };
    metrics.request({ ...call, verb: "get", code: 200 });
    metrics.request({ ...call, verb: "watch", code: 200, durationMs: 5 });
    metrics.request({ ...call, verb: "apply", method: "PATCH", code: 0 });
    expect(await lines("rest_client_requests_total")).toEqual([
      'rest_client_requests_total{code="200",method="GET",host="api:6443"} 2',
      'rest_client_requests_total{code="<error>",method="PATCH",host="api:6443"} 1',
    ]);
    expect(await lines("rest_client_request_duration_seconds_count")).toEqual([
      'rest_client_request_duration_seconds_count{verb="get",host="api:6443"} 1',
      'rest_client_request_duration_seconds_count{verb="apply",host="api:6443"} 1',
    ]);
    expect(await lines('rest_client_request_duration_seconds_sum{verb="get"')).toEqual([
      'rest_client_request_duration_seconds_sum{verb="get",host="api:6443"} 0.02',
    ]);
  });

  test("tells who leads", async () => {
    const { metrics, lines } = bench();
    metrics.leadership("pointsman", { state: "standby" });
    expect(await lines("leader_election_master_status")).toEqual(['leader_election_master_status{name="pointsman"} 0']);
    metrics.leadership("pointsman", { state: "leader", since: 0, term: 1, predecessor: false });
    expect(await lines("leader_election_master_status")).toEqual(['leader_election_master_status{name="pointsman"} 1']);
    metrics.leadership("pointsman", { state: "lost", reason: "x" });
    expect(await lines("leader_election_master_status")).toEqual(['leader_election_master_status{name="pointsman"} 0']);
  });

  test("shows a missing right by a series that goes when it is given", async () => {
    const { metrics, lines } = bench();
    const right = { verb: "patch", group: "apps", resource: "deployments" };
    metrics.missingPermission(right, true);
    metrics.missingPermission({ ...right, group: "", resource: "services" }, true);
    metrics.missingPermission(right, true);
    expect((await lines("pointsman_missing_permission")).sort()).toEqual([
      'pointsman_missing_permission{verb="patch",group="",resource="services"} 1',
      'pointsman_missing_permission{verb="patch",group="apps",resource="deployments"} 1',
    ]);
    metrics.missingPermission(right, false);
    expect(await lines("pointsman_missing_permission")).toHaveLength(1);
  });

  test("shows one state per watch", async () => {
    const { metrics, lines } = bench();
    metrics.watch("deployments.apps", "syncing");
    metrics.watch("services", "synced");
    metrics.watch("deployments.apps", "synced");
    metrics.watch("deployments.apps", "broken");
    expect((await lines("pointsman_watch_state")).sort()).toEqual([
      'pointsman_watch_state{resource="deployments.apps",state="broken"} 1',
      'pointsman_watch_state{resource="services",state="synced"} 1',
    ]);
  });

  test("counts routemaps, writes, foreground deletions and reads of the configuration", async () => {
    const { metrics, lines } = bench();
    metrics.routemaps({ True: 3, False: 1, Unknown: 0 });
    metrics.wrote("httproute", "raise");
    metrics.deletedInForeground();
    metrics.configRead(false);
    expect(await lines("pointsman_routemaps")).toEqual([
      'pointsman_routemaps{ready="True"} 3',
      'pointsman_routemaps{ready="False"} 1',
      'pointsman_routemaps{ready="Unknown"} 0',
    ]);
    expect(await lines("pointsman_writes_total")).toEqual([
      'pointsman_writes_total{kind="httproute",reason="raise"} 1',
    ]);
    expect(await lines("pointsman_candidate_deleted_foreground_total")).toEqual([
      "pointsman_candidate_deleted_foreground_total 1",
    ]);
    expect(await lines("pointsman_config_valid")).toEqual(["pointsman_config_valid 0"]);
    expect(await lines("pointsman_config_reads_total")).toEqual(['pointsman_config_reads_total{valid="false"} 1']);
  });
});

describe("queueMetrics", () => {
  test("follow a real queue: depth, adds, waiting, working, results, retries, unfinished work", async () => {
    const { metrics, lines } = bench();
    const clock = new FakeClock();
    const queue = new WorkQueue<string>({
      clock,
      random: seededRandom(1),
      observer: metrics.queues.observer("routemap"),
    });
    metrics.queues.track("routemap", queue);
    const stop = new AbortController();
    queue.add("bad", "spec");
    queue.add("slow", "spec");
    queue.add("waits", "resync");
    await clock.advance(40);
    let end = (): void => undefined;
    void queue.run(
      (key) => {
        if (key === "bad") return Promise.resolve({ kind: "failed", error: "no" });
        return new Promise((resolve) => (end = () => resolve({ kind: "done" })));
      },
      { concurrency: 1, signal: stop.signal },
    );
    await settle();
    await clock.advance(2000);
    const sample = async (name: string): Promise<string> => (await lines(name)).join("|");
    expect(await sample("workqueue_depth")).toBe('workqueue_depth{name="routemap"} 2');
    expect(await sample("workqueue_retries_total")).toContain(" 1");
    expect(await sample("controller_runtime_active_workers")).toBe(
      'controller_runtime_active_workers{controller="routemap"} 1',
    );
    expect(await sample("controller_runtime_reconcile_total")).toBe(
      'controller_runtime_reconcile_total{controller="routemap",result="error"} 1',
    );
    expect(await sample("controller_runtime_reconcile_errors_total")).toContain(" 1");
    expect(await sample("workqueue_unfinished_work_seconds")).toBe(
      'workqueue_unfinished_work_seconds{name="routemap"} 2',
    );
    expect(await sample("workqueue_longest_running_processor_seconds")).toContain(" 2");
    expect(await sample("workqueue_queue_duration_seconds_sum")).toBe(
      'workqueue_queue_duration_seconds_sum{name="routemap"} 0.08',
    );
    end();
    await settle();
    expect(await sample("workqueue_work_duration_seconds_sum")).toBe(
      'workqueue_work_duration_seconds_sum{name="routemap"} 2',
    );
    expect(await sample("controller_runtime_reconcile_total")).toContain('result="success"} 1');
    expect(await sample("workqueue_adds_total")).toBe('workqueue_adds_total{name="routemap"} 4');
    stop.abort();
  });
});

describe("the memory limit", () => {
  test("is a metric where there is one", async () => {
    const registry = new Registry();
    createMetrics(registry, "1", { memoryLimit: 268_435_456 });
    expect(await registry.metrics()).toContain("\npointsman_memory_limit_bytes 268435456\n");
    expect((await bench().lines("pointsman_memory_limit_bytes")).length).toBe(0);
  });
});
