import type { CancelTimer, Clock } from "../../../src/base/clock.js";
import type { Json } from "../../../src/base/json.js";
import { stringAt } from "../../../src/base/json.js";
import type { EventFault } from "./fault.js";
import type { ProxiedRequest } from "./request.js";
import type { ProxiedEvent, Rule, RuleBook } from "./rules.js";
import { statusBody } from "./statusReply.js";

/** What to do with the client's side of a watch. */
export type Step =
  | { readonly kind: "send"; readonly bytes: Buffer }
  /** Break the connection off, after what was sent. */
  | { readonly kind: "break" }
  /** End the stream in good order. */
  | { readonly kind: "end" };

/** A swapped event waits no longer for the next, milliseconds. */
const longestSwap = 250;

/** The lines of one watch on their way through the rules. */
export class EventFaults {
  private over = false;
  private swapped: Buffer | undefined;
  private cancelSwap: CancelTimer = () => undefined;

  /** `later` carries out what a released rule lets go, and a swapped event after which no other came in time. */
  constructor(
    private readonly rules: RuleBook<EventFault>,
    private readonly request: ProxiedRequest,
    private readonly clock: Pick<Clock, "after">,
    private readonly later: (steps: readonly Step[]) => void,
  ) {}

  /** What becomes of a line, its line feed included. */
  take(line: Buffer): readonly Step[] {
    if (this.over) return [];
    const event = readEvent(line);
    // A bookmark says that everything up to it was told: no event may come after it.
    const before = event.type === "BOOKMARK" ? this.swappedSteps() : [];
    const rule = this.rules.take({ request: this.request, event });
    const steps = rule === undefined ? [send(line)] : this.strike(rule, line);
    if (before.length > 0 || rule?.fault.kind === "swap" || steps[0]?.kind !== "send") return [...before, ...steps];
    const [first, ...rest] = steps;
    return [first, ...this.swappedSteps(), ...rest];
  }

  /** Forgets what is still to come; call it when the watch is over. */
  close(): void {
    this.over = true;
    this.cancelSwap();
  }

  private swappedSteps(): readonly Step[] {
    const { swapped } = this;
    this.swapped = undefined;
    this.cancelSwap();
    return swapped === undefined || this.over ? [] : [send(swapped)];
  }

  private swap(line: Buffer): readonly Step[] {
    if (this.swapped !== undefined) return [send(line), ...this.swappedSteps()];
    this.swapped = line;
    this.cancelSwap = this.clock.after(longestSwap, () => this.later(this.swappedSteps()));
    return [];
  }

  private strike(rule: Rule<EventFault>, line: Buffer): readonly Step[] {
    const { fault } = rule;
    switch (fault.kind) {
      case "cut": {
        this.over = true;
        const head = line.subarray(0, cutPoint(line, fault.where));
        return head.length === 0 ? [{ kind: "break" }] : [send(head), { kind: "break" }];
      }
      case "error":
        this.over = true;
        return [
          send(Buffer.from(`${JSON.stringify({ type: "ERROR", object: statusBody(fault.code) })}\n`)),
          { kind: "end" },
        ];
      case "duplicate":
        return [send(line), send(line)];
      case "swap":
        return this.swap(line);
      case "hold":
        rule.whenReleased(() => this.later(this.over ? [] : [send(line)]));
        return [];
      case "drop":
        return [];
      case "half-open":
        this.over = true;
        return [];
    }
  }
}

/** How many bytes of a line come through before the cut; without a character of several bytes, half of them. */
export function cutPoint(line: Buffer, where: "before" | "mid-line" | "mid-character"): number {
  if (where === "before") return 0;
  const half = Math.floor(line.length / 2);
  if (where === "mid-line") return half;
  const lead = line.findIndex((byte) => byte >= 0xc2);
  return lead < 0 ? half : lead + 1;
}

/** Type and name of the object of a line of a watch. */
export function readEvent(line: Buffer): ProxiedEvent {
  const event = JSON.parse(line.toString()) as Json;
  return { type: stringAt(event, "type") ?? "", name: stringAt(event, "object", "metadata", "name") ?? "" };
}

function send(bytes: Buffer): Step {
  return { kind: "send", bytes };
}
