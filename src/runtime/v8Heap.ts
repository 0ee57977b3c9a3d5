import type { EventLoopUtilization } from "node:perf_hooks";
import { performance } from "node:perf_hooks";
import { getHeapSpaceStatistics, setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

import type { Heap } from "./calmCompaction.js";

type Collect = (options?: { readonly type: "minor" }) => void;

/**
 * The heap of V8. A collection that is asked for while V8 favours size over speed empties the pages that are mostly holes,
 * some megabytes in one go; V8's own collections leave a page alone until most of it is free. Undefined where V8 gives no
 * means to ask.
 */
export function v8Heap(): Heap | undefined {
  const collect = collector();
  if (collect === undefined) return undefined;
  let last: EventLoopUtilization = performance.eventLoopUtilization();
  return {
    room() {
      const { used, physical } = space("old_space");
      return { used, taken: physical };
    },
    young: () => space("new_space").physical,
    collectYoung: () => collect({ type: "minor" }),
    busy() {
      const now = performance.eventLoopUtilization();
      const { utilization } = performance.eventLoopUtilization(now, last);
      last = now;
      return utilization;
    },
    compact() {
      setFlagsFromString("--optimize-for-size");
      try {
        collect();
      } finally {
        setFlagsFromString("--no-optimize-for-size");
      }
    },
  };
}

/** V8's function to collect garbage: a context that is made while the flag is set has it. */
function collector(): Collect | undefined {
  setFlagsFromString("--expose-gc");
  try {
    const found: unknown = runInNewContext('typeof gc === "function" ? gc : undefined');
    return typeof found === "function" ? (options) => void Reflect.apply(found, undefined, [options]) : undefined;
  } finally {
    setFlagsFromString("--no-expose-gc");
  }
}

function space(name: string): { readonly used: number; readonly physical: number } {
  const found = getHeapSpaceStatistics().find(({ space_name }) => space_name === name);
  return { used: found?.space_used_size ?? 0, physical: found?.physical_space_size ?? 0 };
}
