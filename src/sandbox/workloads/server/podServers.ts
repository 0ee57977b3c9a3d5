import type { Clock } from "../../../base/clock.js";
import { canonicalJson } from "../../../base/json.js";
import { formatProblem } from "../../../base/problem.js";
import type { Random } from "../../../base/random.js";
import type { KubeObject } from "../../../kube/object.js";
import type { ContainerReport, PodMatch } from "../podStep.js";
import { matchesPod } from "../podStep.js";
import type { Behaviour } from "./behaviour.js";
import { readBehaviour } from "./behaviour.js";
import { podIdentity, podPorts } from "./podIdentity.js";
import type { PodNetwork } from "./podNetwork.js";
import { PodServer } from "./podServer.js";

/** What the servers of all Pods share. */
export interface PodServersOptions {
  readonly clock: Clock;
  readonly random: Random;
  readonly network: PodNetwork;
}

interface Entry {
  pod: KubeObject;
  behaviour: Behaviour;
  /** What is wrong with the annotations; the Pod is not ready while there is something. */
  problem: string | undefined;
  readonly server: PodServer;
  readonly started: Promise<void>;
}

interface Rule {
  readonly namespace: string;
  readonly match: PodMatch;
  readonly over: Partial<Behaviour>;
}

/**
 * The servers in the Pods of stand-in kubelets, by the Pods' uids. They outlive a kubelet, as containers do: whoever
 * made them closes them.
 */
export class PodServers {
  private readonly entries = new Map<string, Entry>();
  private readonly rules = new Map<string, Rule>();
  private readonly listeners = new Set<(uid: string) => void>();

  constructor(private readonly options: PodServersOptions) {}

  /** Calls `listener` with the uid of each Pod whose server changed, until the returned function is called. */
  onChange(listener: (uid: string) => void): () => void {
    this.listeners.add(listener);
    return () => void this.listeners.delete(listener);
  }

  /** Starts the Pod's server if there is none, and takes over its annotations. Resolves when it was started. */
  ensure(pod: KubeObject, address: string): Promise<void> {
    const { uid } = pod.metadata;
    const known = this.entries.get(uid);
    if (known !== undefined) {
      this.update(known, pod);
      return known.started;
    }
    const server = this.serverFor(pod, address);
    const entry = { pod, ...readEntry(pod), server, started: server.start() };
    this.entries.set(uid, entry);
    return entry.started;
  }

  /** What a kubelet says about the Pod's containers, undefined if there is no server. */
  report(uid: string): ContainerReport | undefined {
    const entry = this.entries.get(uid);
    if (entry === undefined) return undefined;
    const { server, problem } = entry;
    const restarts = server.restarts;
    if (problem !== undefined)
      return { ready: false, restarts, waiting: { reason: "CreateContainerConfigError", message: problem } };
    if (server.state.kind === "down")
      return { ready: false, restarts, waiting: { reason: "CrashLoopBackOff", message: server.state.reason } };
    return { ready: server.isReady(), restarts };
  }

  /**
   * Changes the behaviour of the Pods that match from now on, later ones of the same kind included, over their
   * annotations and over what former calls said.
   */
  setBehaviour(namespace: string, match: PodMatch, over: Partial<Behaviour>): void {
    const key = canonicalJson({ namespace, match: { ...match } });
    const before = this.rules.get(key)?.over;
    this.rules.delete(key);
    this.rules.set(key, { namespace, match, over: { ...before, ...over } });
    for (const entry of this.matching(namespace, match)) entry.server.refresh();
  }

  /** Crashes the servers of the Pods that match; they start again after `restartMs`. */
  crash(namespace: string, match: PodMatch, restartMs: number): void {
    for (const entry of this.matching(namespace, match)) entry.server.crash(restartMs);
  }

  /** Requests under way at the Pods that match. */
  underWay(namespace: string, match: PodMatch): number {
    return this.matching(namespace, match).reduce((sum, { server }) => sum + server.underWay, 0);
  }

  /** Tells a Pod's server to end within `graceMs`, and returns whether it has. */
  terminate(uid: string, graceMs: number): boolean {
    const server = this.entries.get(uid)?.server;
    server?.terminate(graceMs);
    return server === undefined || server.state.kind === "ended";
  }

  /** Ends the server of a Pod that is gone. */
  remove(uid: string): void {
    this.entries.get(uid)?.server.kill();
    this.entries.delete(uid);
  }

  /** Ends all servers. */
  close(): void {
    this.listeners.clear();
    for (const uid of [...this.entries.keys()]) this.remove(uid);
  }

  private serverFor(pod: KubeObject, address: string): PodServer {
    const { uid } = pod.metadata;
    return new PodServer({
      ...this.options,
      identity: podIdentity(pod),
      address,
      ports: podPorts(pod),
      behaviour: () => this.behaviourOf(uid, pod),
      onChange: () => this.tell(uid),
    });
  }

  private update(entry: Entry, pod: KubeObject): void {
    const hadProblem = entry.problem !== undefined;
    Object.assign(entry, { pod, ...readEntry(pod) });
    entry.server.refresh();
    if (hadProblem !== (entry.problem !== undefined)) this.tell(pod.metadata.uid);
  }

  private tell(uid: string): void {
    for (const listener of this.listeners) listener(uid);
  }

  private behaviourOf(uid: string, first: KubeObject): Behaviour {
    const { pod, behaviour } = this.entries.get(uid) ?? { pod: first, ...readEntry(first) };
    let result = behaviour;
    for (const rule of this.rules.values())
      if (isMeant(pod, rule.namespace, rule.match)) result = { ...result, ...rule.over };
    return result;
  }

  private matching(namespace: string, match: PodMatch): Entry[] {
    return [...this.entries.values()].filter(({ pod }) => isMeant(pod, namespace, match));
  }
}

function isMeant(pod: KubeObject, namespace: string, match: PodMatch): boolean {
  return pod.metadata.namespace === namespace && matchesPod(pod, match);
}

function readEntry(pod: KubeObject): { readonly behaviour: Behaviour; readonly problem: string | undefined } {
  const { behaviour, problems } = readBehaviour(pod);
  return { behaviour, problem: problems.length === 0 ? undefined : problems.map(formatProblem).join("; ") };
}
