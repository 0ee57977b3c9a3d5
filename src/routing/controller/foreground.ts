import type { Api } from "../../kube/api.js";
import type { ApiError } from "../../kube/apiError.js";
import { isOutcomeUnknown } from "../../kube/apiError.js";
import { removeFinalizer } from "../../kube/finalizers.js";
import type { StripAction } from "../actions.js";
import { names } from "../names.js";
import type { RoutemapEntry } from "./entry.js";
import type { Journal } from "./journal.js";
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
    if (first === "done") return this.told(entry, action);
    await this.reader.resource(action.ref, signal);
    const second = await this.patch(action, signal);
    if (second === "done") return this.told(entry, action);
    if (second !== "none") {
      entry.memory = { ...entry.memory, unstrippable: new Set([...entry.memory.unstrippable, action.uid]) };
      this.journal.inForeground(entry, action, second);
    } else if (first !== "none") this.journal.inForeground(entry, action, first);
    return { kind: "progress" };
  }

  private told(entry: RoutemapEntry, action: StripAction): Outcome {
    this.journal.inForeground(entry, action, undefined);
    return { kind: "progress" };
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
    this.reader.take(gvr, answer.value);
    return "done";
  }
}
