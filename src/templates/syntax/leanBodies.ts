import type { Bodies } from "./parser.js";

/**
 * The bodies of a template that was parsed, kept only as long as memory is not needed, and parsed again after that: the
 * tree takes several times the memory of the text, and a cluster has thousands of texts.
 */
export class LeanBodies {
  private known: WeakRef<Bodies>;

  /** `parse` gets the name and the text; one function for all templates, since one for each would be kept with each. */
  constructor(
    parsed: Bodies,
    private readonly name: string,
    private readonly text: string,
    private readonly parse: (name: string, text: string) => Bodies,
  ) {
    this.known = new WeakRef(parsed);
  }

  get(): Bodies {
    const known = this.known.deref();
    if (known !== undefined) return known;
    const parsed = this.parse(this.name, this.text);
    this.known = new WeakRef(parsed);
    return parsed;
  }
}
