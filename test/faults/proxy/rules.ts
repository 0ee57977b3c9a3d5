import type { Random } from "../../../src/base/random.js";
import type { ProxiedRequest, Verb } from "./request.js";

/** An event of a watch, as a rule sees it. */
export interface ProxiedEvent {
  /** ADDED, MODIFIED, DELETED, BOOKMARK or ERROR. */
  readonly type: string;
  readonly name: string;
}

/** What a rule is asked about: a request, its reply or, with `event`, one event of the watch that it opened. */
export interface Subject {
  readonly request: ProxiedRequest;
  readonly event?: ProxiedEvent;
}

/** What a rule is for; what is left out matches everything. */
export interface Match {
  readonly verb?: Verb | readonly Verb[];
  readonly group?: string;
  readonly resource?: string | readonly string[];
  readonly subresource?: string;
  readonly namespace?: string;
  /** Name of the object; of an event, of the object it tells about. */
  readonly name?: string;
  /** Begins with the nth that matches all else; 1 is the first. */
  readonly nth?: number;
  readonly where?: (subject: Subject) => boolean;
}

/** How long a rule is in force; without bounds, until it is removed. */
export interface Lifetime {
  /** Goes after it struck so often. */
  readonly times?: number;
  /** Share of what matches that it strikes, 0 to 1, drawn from the proxy's seed. */
  readonly chance?: number;
}

/** Whether a subject is one that a match means, its `nth` left aside. */
export function matches(match: Match, subject: Subject): boolean {
  const { request, event } = subject;
  return (
    isOneOf(match.verb, request.verb) &&
    isOneOf(match.group, request.group) &&
    isOneOf(match.resource, request.resource) &&
    isOneOf(match.subresource, request.subresource) &&
    isOneOf(match.namespace, request.namespace) &&
    isOneOf(match.name, event === undefined ? request.name : event.name) &&
    (match.where?.(subject) ?? true)
  );
}

function isOneOf<T extends string>(wanted: T | readonly T[] | undefined, actual: T): boolean {
  if (wanted === undefined) return true;
  return typeof wanted === "string" ? wanted === actual : wanted.includes(actual);
}

/** A rule in force. */
export class Rule<F> {
  /** How often it struck. */
  hits = 0;
  private matched = 0;
  private inForce = true;
  private onRelease: (() => void)[] = [];

  constructor(
    readonly match: Match,
    readonly fault: F,
    private readonly lifetime: Lifetime,
    private readonly random: Random,
  ) {}

  get active(): boolean {
    return this.inForce && this.hits < (this.lifetime.times ?? Infinity);
  }

  /** Whether it strikes this subject; counts it. */
  strikes(subject: Subject): boolean {
    if (!this.active || !matches(this.match, subject)) return false;
    this.matched += 1;
    if (this.matched < (this.match.nth ?? 1)) return false;
    if (this.lifetime.chance !== undefined && this.random.next() >= this.lifetime.chance) return false;
    this.hits += 1;
    return true;
  }

  /** Ends it; what it holds stays held. */
  remove(): void {
    this.inForce = false;
  }

  /** Ends it and lets go, in order, what it held. */
  release(): void {
    this.remove();
    const waiting = this.onRelease;
    this.onRelease = [];
    for (const run of waiting) run();
  }

  /** Calls `run` when it is released. */
  whenReleased(run: () => void): void {
    this.onRelease.push(run);
  }
}

/** The rules of one phase. Of several that match, the one that was added first strikes. */
export class RuleBook<F> {
  private rules: Rule<F>[] = [];

  constructor(private readonly random: Random) {}

  add(match: Match, fault: F, lifetime: Lifetime = {}): Rule<F> {
    const rule = new Rule(match, fault, lifetime, this.random);
    this.rules = [...this.rules.filter(({ active }) => active), rule];
    return rule;
  }

  /** The rule that strikes this subject, if any; `except` have had their turn. */
  take(subject: Subject, except: ReadonlySet<Rule<F>> = new Set()): Rule<F> | undefined {
    return this.rules.find((rule) => !except.has(rule) && rule.strikes(subject));
  }

  clear(): void {
    for (const rule of this.rules) rule.remove();
    this.rules = [];
  }
}
