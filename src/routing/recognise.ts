import { only } from "./desired.js";
import type { OutputId } from "./observed.js";
import { outputKey } from "./observed.js";
import { carriedWeights } from "./reader/carries.js";
import { readRoute } from "./reader/read.js";
import type { RenderContext } from "./render/render.js";
import { renderSource } from "./render/render.js";
import { sourcesOf } from "./render/source.js";
import type { Survey } from "./survey.js";
import type { Recognises } from "./vote.js";

/**
 * Whether the reader recognises what we write: rendered with a version at weight 1 and the others at 0, the output
 * must be read as carrying that version; where it is not, the version is proven like kinds without a reader.
 * Versions that left the spec, and outputs that no template renders, are taken by the reader's word.
 */
export function recognition(s: Survey, context: RenderContext | undefined): Recognises {
  if (context === undefined) return () => true;
  const cache = new Map<number, ReadonlyMap<string, boolean>>();
  const forVersion = (index: number): ReadonlyMap<string, boolean> => {
    const known = cache.get(index) ?? readRendered(s, context, index);
    cache.set(index, known);
    return known;
  };
  return (output: OutputId, version: number) =>
    s.facts[version]?.listed !== true || (forVersion(version).get(outputKey(output)) ?? true);
}

function readRendered(s: Survey, context: RenderContext, index: number): ReadonlyMap<string, boolean> {
  const weights = only(s.facts.length, index);
  const found = new Map<string, boolean>();
  for (const source of sourcesOf(s.spec)) {
    for (const [key, rendered] of renderSource(context, source, weights, weights).outputs) {
      const reading = readRoute(rendered.body);
      const carries =
        reading.readable &&
        carriedWeights(reading, s.versions, s.observed.subsetLabels).perVersion[index]?.carries === true;
      const unlisted = reading.readable
        ? carriedWeights(reading, s.versions, s.observed.subsetLabels).unlisted.length > 0
        : true;
      found.set(key, carries || !unlisted);
    }
  }
  return found;
}
