import type { Bodies } from "./parser.js";

/**
 * The bodies of a template that was parsed, kept only as long as memory is not needed, and parsed again after that: the
 * tree takes several times the memory of the text, and a cluster has thousands of texts.
 */
export class LeanBodies {
  private known: WeakRef<Bodies>;

  constructor(
    parsed: Bodies,
    private readonly parse: () => Bodies,
  ) {
    this.known = new WeakRef(parsed);
  }

  get(): Bodies {
    const known = this.known.deref();
    if (known !== undefined) return known;
    const parsed = this.parse();
    this.known = new WeakRef(parsed);
    return parsed;
  }
}
