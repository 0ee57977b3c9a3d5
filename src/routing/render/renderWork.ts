import type { Result } from "../../base/result.js";
import type { StepMeter, TemplateError } from "../../templates/index.js";

/**
 * Steps that the templates of one routemap may take in one plan, and characters of output that may be read: a plan is
 * made in one go, and everything else waits for it. A template of twenty versions, rendered with each of them in and out,
 * takes some 25 000.
 */
export const planSteps = 200_000;

/** What deciding about one object of an output takes. */
const stepsOfObject = 300;

/** What rendering has cost in one plan, and the texts that templates gave in it. */
export class RenderWork {
  readonly meter: StepMeter = { left: planSteps };
  private readonly texts = new Map<string, Result<string, TemplateError>>();

  /**
   * What the template at `path` gives for these weights; it is run once. When nothing is left every template fails, also
   * one that was run before: a plan that is made of a part of the templates could raise what another part forbids.
   */
  text(
    path: string,
    weights: readonly number[],
    run: (meter: StepMeter) => Result<string, TemplateError>,
  ): Result<string, TemplateError> {
    const key = `${path} ${weights.join(",")}`;
    const known = this.meter.left > 0 ? this.texts.get(key) : undefined;
    if (known !== undefined) return known;
    const text = run(this.meter);
    if (text.ok) this.meter.left -= text.value.length + stepsOfObject * text.value.split("\n---").length;
    this.texts.set(key, text);
    return text;
  }
}
