import type { Observable } from "rxjs";
import { Subject } from "rxjs";

import type { Clock } from "../../base/clock.js";
import { sleep } from "../../base/clock.js";
import type { AccessAnswer } from "../../kube/accessReview.js";
import { reviewAll } from "../../kube/accessReview.js";
import type { Api } from "../../kube/api.js";
import type { ApiError } from "../../kube/apiError.js";
import { isKindAbsent } from "../../kube/apiError.js";
import type { Discovery } from "../../kube/discovery.js";
import type { MissingPermission } from "../missing.js";
import { isNamespaceable } from "../missing.js";
import type { Permission } from "../permissions.js";
import { permissionKey } from "../permissions.js";
import type { StateChange } from "./watches.js";

/** What is known of our rights changed, or they cannot be asked for. */
export type PermissionNews =
  | {
      readonly type: "changed";
      readonly missing: readonly MissingPermission[];
      readonly appeared: readonly MissingPermission[];
      readonly over: readonly Permission[];
    }
  | { readonly type: "unanswered"; readonly error: ApiError };

/** What is needed to ask. */
export interface PermissionsOptions {
  readonly api: Api;
  readonly discovery: Discovery;
  readonly clock: Clock;
  /** Every right that is used, of kinds that may not be there. */
  readonly needed: () => readonly Permission[];
  /** Namespaces that make use of a right. */
  readonly namespaces: (permission: Permission) => readonly string[];
  /** Whether the first lists are done: they are never kept waiting. */
  readonly started: () => boolean;
}

/** Everything is asked again after this time, what is missing after the shorter one, milliseconds. */
const fullPause = 300_000;
const missingPause = 15_000;
/** Pause after a review that failed. */
const failedPause = 30_000;
/** How long the first lists may keep the first questions waiting. */
const startPatience = 10_000;
/** Changes within this time are answered together. */
const gathering = 500;
/** A refused request leads to questions at most this often. */
const suspicionPause = 60_000;
/** A right that is not given everywhere is asked for in this many namespaces at most. */
const mostNamespaces = 100;

/**
 * Knows which of the rights we need are missing, by asking the API server: at the start, every five minutes, when a
 * watch is refused or a kind appears; what is missing every 15 s. It only tells: nothing is decided by it. A server that
 * refuses the review itself leaves nothing missing, one that does not answer leaves what was known.
 */
export class Permissions {
  private readonly news = new Subject<PermissionNews>();
  private readonly states = new Map<string, StateChange["state"]["state"]>();
  /** Rights that are not given over the whole scope, by key. */
  private denied: ReadonlySet<string> = new Set();
  private found: ReadonlyMap<string, MissingPermission> = new Map();
  private fullAt = 0;
  private askedAt = -Infinity;
  private silent = false;
  private wake = new AbortController();

  constructor(private readonly options: PermissionsOptions) {}

  get missing(): readonly MissingPermission[] {
    return [...this.found.values()];
  }

  /** Nothing is replayed. */
  get news$(): Observable<PermissionNews> {
    return this.news.asObservable();
  }

  /** Asks for everything again soon. */
  recheck(afterMs = gathering): void {
    this.fullAt = Math.min(this.fullAt, this.options.clock.monotonic() + afterMs);
    this.wake.abort();
  }

  /** A request was refused: asks again, once a minute at most, however many are. */
  suspect(): void {
    this.recheck(Math.max(gathering, this.askedAt + suspicionPause - this.options.clock.monotonic()));
  }

  /** A watch that is refused, or no longer, and a kind that appears, may be a matter of rights. */
  watchChanged({ role, groupResource, state }: StateChange): void {
    const key = `${role} ${groupResource}`;
    const before = this.states.get(key);
    this.states.set(key, state.state);
    if (state.state === "forbidden" || before === "forbidden" || before === "absent") this.recheck();
  }

  /** Asks until `signal` aborts. */
  async run(signal: AbortSignal): Promise<void> {
    const { clock, started } = this.options;
    const patience = clock.monotonic() + startPatience;
    while (!started() && clock.monotonic() < patience && !signal.aborted) await sleep(clock, 50, signal);
    while (!signal.aborted) {
      const answered = await this.round(clock.monotonic() >= this.fullAt, signal);
      await this.pause(answered, signal);
    }
  }

  private async pause(answered: boolean, signal: AbortSignal): Promise<void> {
    const { clock } = this.options;
    const shortly = clock.monotonic() + (answered ? missingPause : failedPause);
    do {
      this.wake = new AbortController();
      const due = answered && this.denied.size === 0 ? this.fullAt : Math.min(this.fullAt, shortly);
      await sleep(clock, Math.max(due - clock.monotonic(), 0), AbortSignal.any([signal, this.wake.signal]));
    } while (this.wake.signal.aborted && !signal.aborted);
  }

  private async round(full: boolean, signal: AbortSignal): Promise<boolean> {
    const { api, clock, needed } = this.options;
    if (full) {
      this.askedAt = clock.monotonic();
      this.fullAt = this.askedAt + fullPause;
    }
    const all = await this.served(needed(), signal);
    const asked = full ? all : all.filter((permission) => this.denied.has(permissionKey(permission)));
    const wide = await reviewAll(api, asked, signal);
    if (!wide.ok) return this.unanswered(wide.error, signal);
    const answers = new Map(asked.map((permission, index) => [permissionKey(permission), wide.value[index]]));
    const isDenied = (permission: Permission): boolean => {
      const key = permissionKey(permission);
      const answer = answers.get(key);
      return answer === undefined || answer.state === "unknown" ? this.denied.has(key) : answer.state === "denied";
    };
    const refused = all.filter(isDenied);
    const near = await this.askNear(refused, signal);
    if (near === undefined) return false;
    this.silent = false;
    this.denied = new Set(refused.map(permissionKey));
    this.take(new Map(near.map((missing) => [permissionKey(missing.permission), missing])));
    return true;
  }

  /** Rights over resources that the cluster has, or may have. */
  private async served(permissions: readonly Permission[], signal: AbortSignal): Promise<readonly Permission[]> {
    const found: Permission[] = [];
    for (const permission of permissions) {
      const { group, resource } = permission;
      const resolved = await this.options.discovery.resolve({ group, resource }, signal);
      if (resolved.ok || !isKindAbsent(resolved.error)) found.push(permission);
    }
    return found;
  }

  /** A right that is not given everywhere may be given where it is used. Undefined if the server does not answer. */
  private async askNear(
    refused: readonly Permission[],
    signal: AbortSignal,
  ): Promise<readonly MissingPermission[] | undefined> {
    const missing: MissingPermission[] = [];
    for (const permission of refused) {
      const used = isNamespaceable(permission) ? this.options.namespaces(permission).slice(0, mostNamespaces) : [];
      const questions = used.map((namespace) => ({ ...permission, namespace }));
      const answers = await reviewAll(this.options.api, questions, signal);
      if (!answers.ok) {
        this.unanswered(answers.error, signal);
        return undefined;
      }
      const deniedIn = used.filter((_, index) => isRefusal(answers.value[index]));
      if (used.length === 0) missing.push({ permission });
      else if (deniedIn.length > 0) missing.push({ permission, deniedIn: new Set(deniedIn) });
    }
    return missing;
  }

  /** Told once, until the server answers again. */
  private unanswered(error: ApiError, signal: AbortSignal): false {
    if (signal.aborted) return false;
    this.fullAt = Math.min(this.fullAt, this.options.clock.monotonic() + failedPause);
    const refused = error.kind === "status" && error.code < 500 && error.code !== 429;
    if (!this.silent) this.news.next({ type: "unanswered", error });
    this.silent = true;
    if (!refused) return false;
    this.denied = new Set();
    this.take(new Map());
    return false;
  }

  private take(found: ReadonlyMap<string, MissingPermission>): void {
    const before = this.found;
    this.found = found;
    const appeared = [...found].filter(([key]) => !before.has(key)).map(([, missing]) => missing);
    const over = [...before].filter(([key]) => !found.has(key)).map(([, { permission }]) => permission);
    const moved = [...found].some(([key, missing]) => namespaceText(missing) !== namespaceText(before.get(key)));
    if (moved || over.length > 0) this.news.next({ type: "changed", missing: this.missing, appeared, over });
  }
}

function isRefusal(answer: AccessAnswer | undefined): boolean {
  return answer?.state === "denied";
}

function namespaceText(missing: MissingPermission | undefined): string | undefined {
  return missing === undefined ? undefined : [...(missing.deniedIn ?? ["*"])].sort().join(" ");
}
