import { FuzzedDataProvider } from "@jazzer.js/core";

import type { Json } from "../../../../src/base/json.js";
import { names } from "../../../../src/routing/names.js";
import type { Change } from "../../oracles/objects.js";
import { annotate, atRest, judgeRoutesOf, judgeWorkloadsOf, specs } from "../../oracles/objects.js";
import { teach } from "../dictionary.js";

const worlds = specs.map(atRest);
const keys = [names.applied, "iter8.tools/weight", "iter8.tools/status", "iter8.tools/adopt", "__proto__"];
teach(["1000001", "1e3", "0x10", '{"hash":"x"}', "True", "Accepted", "Programmed", "HTTPRoute", "localhost"]);

/** Changes of routes, or of a version's workload and Service, and annotations on all of them. */
export function fuzz(data: Buffer): void {
  const bytes = new FuzzedDataProvider(data);
  const world = bytes.pickValue(worlds).copy();
  annotate(world, annotations(bytes));
  const judge = bytes.consumeBoolean() ? judgeRoutesOf : judgeWorkloadsOf;
  const made: Change[] = [];
  do made.push([bytes.consumeIntegralInRange(0, 3_000_000), anything(bytes)]);
  while (made.length < 6 && bytes.remainingBytes > 0);
  judge(world, made);
}

function annotations(bytes: FuzzedDataProvider): Readonly<Record<string, string>> {
  const count = bytes.consumeIntegralInRange(0, 3);
  return Object.fromEntries(Array.from({ length: count }, () => [bytes.pickValue(keys), bytes.consumeString(50)]));
}

/** Any JSON, at most three levels of it. */
function anything(bytes: FuzzedDataProvider, levels = 3): Json {
  const choice = bytes.consumeIntegralInRange(0, levels === 1 ? 4 : 6);
  const several = (): number => bytes.consumeIntegralInRange(0, 4);
  switch (choice) {
    case 0:
      return null;
    case 1:
      return bytes.consumeBoolean();
    case 2:
      return bytes.consumeIntegral(4, true);
    case 3:
      return bytes.consumeNumber() || 0;
    case 4:
      return bytes.consumeString(20);
    case 5:
      return Array.from({ length: several() }, () => anything(bytes, levels - 1));
    default:
      return Object.fromEntries(
        Array.from({ length: several() }, () => [bytes.consumeString(20), anything(bytes, levels - 1)]),
      );
  }
}
