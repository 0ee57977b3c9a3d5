import type { Result } from "../../base/result.js";
import type { KindSettings } from "../../config/kind.js";
import type { Problem } from "../problem.js";
import type { OutputContext, RenderedManifest } from "./renderedOutput.js";
import { decodeOutput } from "./renderedOutput.js";

type Reading = Result<readonly RenderedManifest[], readonly Problem[]>;

interface Kept {
  readonly kind: KindSettings;
  readonly reading: Reading;
}

/** Texts kept for one routemap: each template at the weights of today, of a return, and of one version alone. */
const most = 32;

/**
 * What the texts that one routemap's templates gave were read as. Reading YAML costs more than the rest of a plan, and a
 * look mostly gives the texts of the last one. The reading depends on nothing else, so a plan is the same without.
 */
export class OutputCache {
  private readonly kept = new Map<string, Kept>();

  /** `decodeOutput`, but for what was read before. */
  read(text: string, context: OutputContext): Reading {
    const key = `${context.namespace} ${context.path}\n${text}`;
    const known = this.kept.get(key);
    this.kept.delete(key);
    const { kind } = context;
    const entry = known?.kind === kind ? known : { kind, reading: decodeOutput(text, context) };
    // The first key of the map is the one that was not asked for longest.
    this.kept.set(key, entry);
    const [oldest] = this.kept.keys();
    if (this.kept.size > most && oldest !== undefined) this.kept.delete(oldest);
    return entry.reading;
  }
}
