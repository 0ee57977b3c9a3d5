import { digestOf } from "../../base/hash.js";
import { isObject } from "../../base/json.js";
import type { Result } from "../../base/result.js";
import { ok } from "../../base/result.js";
import type { KindSettings } from "../../config/kind.js";
import { TextPacker } from "../../base/textPacker.js";
import type { Problem } from "../problem.js";
import type { OutputContext, RenderedManifest } from "./renderedOutput.js";
import { decodeOutput } from "./renderedOutput.js";

type Reading = Result<readonly RenderedManifest[], readonly Problem[]>;

/** A reading; manifests as packed JSON. */
interface Kept {
  readonly kind: KindSettings;
  readonly reading: { readonly manifests: string } | { readonly failed: Reading };
}

/** Texts kept for one routemap: each template at the weights of today, of a return, and of one version alone. */
const most = 32;

/**
 * What the texts that one routemap's templates gave were read as. Reading YAML costs more than the rest of a plan, and a
 * look mostly gives the texts of the last one. The reading depends on nothing else, so a plan is the same without.
 */
export class OutputCache {
  private kept: Map<string, Kept> | undefined;

  /** `packer`: shared by caches of outputs that are much alike. */
  constructor(
    private readonly packer = new TextPacker(),
    private readonly decode = decodeOutput,
  ) {}

  /** `decodeOutput`, but for what was read before. */
  read(text: string, context: OutputContext): Reading {
    const kept = (this.kept ??= new Map<string, Kept>());
    const key = digestOf(context.namespace, context.path, text);
    const known = kept.get(key);
    kept.delete(key);
    const { kind } = context;
    const again = known?.kind === kind ? known : undefined;
    const reading = again === undefined ? this.decode(text, context) : this.unpacked(again);
    kept.set(key, again ?? { kind, reading: this.packed(reading) });
    // The first key of the map is the one that was not asked for longest.
    const [oldest] = kept.keys();
    if (kept.size > most && oldest !== undefined) kept.delete(oldest);
    return reading;
  }

  private packed(reading: Reading): Kept["reading"] {
    return reading.ok ? { manifests: this.packer.pack(JSON.stringify(reading.value)) } : { failed: reading };
  }

  private unpacked({ reading }: Kept): Reading {
    return "failed" in reading ? reading.failed : ok(manifestsIn(this.packer.unpack(reading.manifests)));
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
