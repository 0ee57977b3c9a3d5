import { only } from "./desired.js";
import { outputKey } from "./observed.js";
import type { PlanProblem } from "./planProblem.js";
import { tagged } from "./planProblem.js";
import type { Problem } from "./problem.js";
import type { RenderContext, Rendered, RenderResult } from "./render/render.js";
import { renderSource } from "./render/render.js";
import type { OutputSource } from "./render/source.js";
import { sourcesOf } from "./render/source.js";
import type { Survey } from "./survey.js";

/** Every source's outputs at the wanted weights, and the way to render one of them at others. */
export interface RenderedAll {
  readonly outputs: readonly Output[];
  readonly problems: readonly PlanProblem[];
  readonly context: RenderContext | undefined;
  rerender(output: Output, weights: readonly number[]): Rendered | undefined;
}

/** One output, where it comes from, and the survey with the weights that are wanted of it. */
export interface Output {
  readonly rendered: Rendered;
  readonly source: OutputSource;
  readonly survey: Survey;
}

/** Where nothing is to be rendered. */
export const nothing: RenderedAll = { outputs: [], problems: [], context: undefined, rerender: () => undefined };

/** Renders all sources of a spec once; what two of them render is the first one's. */
export function renderAll(s: Survey, context: RenderContext): RenderedAll {
  // Where no version is there at all, the names of the outputs are still wanted: as if the primary were.
  const nobody = s.desire.rule === "fallback-none";
  const back = nobody ? only(s.facts.length, 0) : s.fallback.weights;
  const cache = new Map<string, RenderResult>();
  const render = (source: OutputSource, weights: readonly number[]): RenderResult => {
    const key = `${source.path} ${weights.join(",")}`;
    const known = cache.get(key) ?? renderSource(context, source, weights, back);
    cache.set(key, known);
    return known;
  };
  const outputs = new Map<string, Output>();
  const problems: PlanProblem[] = [];
  for (const source of sourcesOf(s.spec)) {
    const own = wantedOf(s, source);
    const result = render(source, nobody ? back : own.desire.weights);
    problems.push(...tagged(failureOf(source), result.problems));
    for (const [key, rendered] of result.outputs) {
      const other = outputs.get(key);
      if (other === undefined) outputs.set(key, { rendered, source, survey: own });
      else problems.push(...tagged(failureOf(source), [sameOutput(source, key, other.source)]));
    }
  }
  const rerender = (output: Output, weights: readonly number[]): Rendered | undefined =>
    render(output.source, weights).outputs.get(outputKey(output.rendered.id));
  return { outputs: [...outputs.values()], problems, context, rerender };
}

/** The default rule of a canary or mirror leads to the fallback whatever its weight: so much is wanted of the route. */
function wantedOf(s: Survey, source: OutputSource): Survey {
  if (source.type !== "route" || source.route.strategy.type === "blue-green") return s;
  const weights = s.desire.weights.map((weight, index) => (weight > 0 ? weight : (s.fallback.weights[index] ?? 0)));
  return { ...s, desire: { ...s.desire, weights } };
}

function failureOf(source: OutputSource): PlanProblem["condition"] {
  return source.type === "route" ? "RouteFailed" : "TemplateFailed";
}

function sameOutput(source: OutputSource, key: string, other: OutputSource): Problem {
  return {
    path: source.path,
    message: `renders ${key}, which ${other.path} renders too`,
    fix: "give one of them another name",
  };
}
