import type { Api } from "../../kube/api.js";
import type { ApiError } from "../../kube/apiError.js";
import { isOutcomeUnknown } from "../../kube/apiError.js";
import { removeFinalizer } from "../../kube/finalizers.js";
import type { StripAction } from "../actions.js";
import { isDeletedInForeground } from "../foreground.js";
import type { Holding } from "../holding.js";
import { names } from "../names.js";
import type { RoutemapEntry } from "./entry.js";
import type { Journal, StripEnd } from "./journal.js";
import type { LiveReader } from "./liveRead.js";
import type { Outcome } from "./outcome.js";
import type { World } from "./world.js";

/**
 * Turns a deletion in the foreground into one in the background while the garbage collector is on its way. It comes too
 * late for some Pods, so nothing relies on it (docs/rules.md, "Deletion in the foreground").
 */
export class Foreground {
  constructor(
    private readonly api: Api,
    private readonly world: World,
    private readonly reader: LiveReader,
    private readonly journal: Journal,
  ) {}

  /** One try from what was seen, and one from a live read; what refuses both is left alone. */
  async strip(entry: RoutemapEntry, action: StripAction, signal: AbortSignal): Promise<Outcome> {
    const first = await this.patch(action, signal);
    if (first === "done") this.tell(entry, action, { type: "inTime" });
    if (first === "done") return { kind: "progress" };
    await this.reader.resource(action.ref, signal);
    const second = await this.patch(action, signal);
    if (second === "done") this.tell(entry, action, { type: "inTime" });
    else if (second !== "none") {
      entry.memory = { ...entry.memory, unstrippable: new Set([...entry.memory.unstrippable, action.uid]) };
      this.tell(entry, action, { type: "refused", error: second });
    }
    return { kind: "progress" };
  }

  /** Tells of what the garbage collector was done with before anything could be done about it. */
  notice(entry: RoutemapEntry, holdings: readonly Holding[]): void {
    for (const { version, uid, vote, action } of holdings) {
      if (vote.release || !this.world.inForeground.isUntold(uid)) continue;
      const seen = this.world.seeResource(action.ref);
      const isOver = seen.state === "seen" && seen.object !== undefined && !isDeletedInForeground(seen.object);
      if (isOver) this.tell(entry, { version, ref: action.ref, uid }, { type: "tooLate" });
    }
  }

  private tell(entry: RoutemapEntry, action: Omit<StripAction, "type">, end: StripEnd): void {
    this.world.inForeground.tell(action.uid);
    this.journal.inForeground(entry, action, end);
  }

  /** `none`: there is nothing to take off any more. */
  private async patch(action: StripAction, signal: AbortSignal): Promise<"done" | "none" | ApiError> {
    const kind = this.world.kinds.get(action.ref.kind);
    const seen = this.world.seeResource(action.ref);
    const object = seen.state === "seen" ? seen.object : undefined;
    if (kind === undefined || object?.metadata.uid !== action.uid) return "none";
    const operations = removeFinalizer(object, names.foreground);
    if (operations === undefined) return "none";
    const gvr = this.world.watches.served(kind);
    const { namespace, name } = action.ref;
    const answer = await this.api.jsonPatch(gvr, { namespace, name }, operations, signal);
    if (!answer.ok) return isOutcomeUnknown(answer.error) ? "none" : answer.error;
    this.journal.stripped(action.ref);
    this.reader.take(gvr, answer.value);
    return "done";
  }
}
