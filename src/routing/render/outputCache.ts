import { digestOf } from "../../base/hash.js";
import { isObject } from "../../base/json.js";
import type { Result } from "../../base/result.js";
import { ok } from "../../base/result.js";
import type { KindSettings } from "../../config/kind.js";
import { TextPacker } from "../../base/textPacker.js";
import type { Slot } from "../../base/shelf.js";
import { Shelf } from "../../base/shelf.js";
import type { Problem } from "../problem.js";
import type { OutputContext, RenderedManifest } from "./renderedOutput.js";
import { decodeOutput } from "./renderedOutput.js";

type Reading = Result<readonly RenderedManifest[], readonly Problem[]>;

/** A reading: manifests, or what is wrong with the text. */
interface Kept extends Slot<readonly RenderedManifest[]> {
  readonly kind: KindSettings;
  readonly failed: Reading | undefined;
}

/** Texts kept for one routemap: each template at the weights of today, of a return, and of one version alone. */
const most = 32;

/** Readings that are not packed, of all caches that share a shelf: what some dozen routemaps look at by turns. */
const unpacked = 128;

/** Where manifests are kept, packed but for those that were read last. One serves caches of outputs that are much alike. */
export function manifestShelf(): Shelf<readonly RenderedManifest[]> {
  const packer = new TextPacker();
  return new Shelf({
    unpacked,
    pack: (manifests) => packer.pack(JSON.stringify(manifests)),
    unpack: (text) => manifestsIn(packer.unpack(text)),
  });
}

/**
 * What the texts that one routemap's templates gave were read as. Reading YAML costs more than the rest of a plan, and a
 * look mostly gives the texts of the last one. The reading depends on nothing else, so a plan is the same without.
 */
export class OutputCache {
  private kept: Map<string, Kept> | undefined;

  constructor(
    private readonly shelf = manifestShelf(),
    private readonly decode = decodeOutput,
  ) {}

  /** `decodeOutput`, but for what was read before. */
  read(text: string, context: OutputContext): Reading {
    const kept = (this.kept ??= new Map<string, Kept>());
    const key = digestOf(context.namespace, context.path, text);
    const known = kept.get(key);
    if (known?.kind === context.kind) {
      kept.delete(key);
      kept.set(key, known);
      return known.failed ?? ok(this.shelf.get(known));
    }
    const reading = this.decode(text, context);
    this.forget(kept, key);
    kept.set(key, this.keep(context.kind, reading));
    // The first key of the map is the one that was not asked for longest.
    const [oldest] = kept.keys();
    if (kept.size > most && oldest !== undefined) this.forget(kept, oldest);
    return reading;
  }

  private keep(kind: KindSettings, reading: Reading): Kept {
    const manifests = reading.ok ? reading.value : [];
    const slot: Kept = { kind, failed: reading.ok ? undefined : reading, content: manifests };
    if (reading.ok) this.shelf.put(slot, manifests);
    return slot;
  }

  private forget(kept: Map<string, Kept>, key: string): void {
    const known = kept.get(key);
    if (known === undefined) return;
    kept.delete(key);
    this.shelf.drop(known);
  }
}

/** The manifests of a JSON text. */
function manifestsIn(text: string): readonly RenderedManifest[] {
  const parsed: unknown = JSON.parse(text);
  if (Array.isArray(parsed)) return parsed.filter(isManifest);
  throw new TypeError(`packed manifests are no list: ${text.slice(0, 100)}`);
}

function isManifest(value: unknown): value is RenderedManifest {
  return isObject(value) && typeof value["name"] === "string" && isObject(value["body"]);
}
