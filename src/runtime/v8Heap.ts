import type { EventLoopUtilization } from "node:perf_hooks";
import { performance } from "node:perf_hooks";
import { getHeapSpaceStatistics, setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

import type { Heap, HeapRoom } from "./calmCompaction.js";

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
    room: oldGeneration,
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
function collector(): (() => void) | undefined {
  setFlagsFromString("--expose-gc");
  try {
    const found: unknown = runInNewContext('typeof gc === "function" ? gc : undefined');
    return typeof found === "function" ? () => void Reflect.apply(found, undefined, []) : undefined;
  } finally {
    setFlagsFromString("--no-expose-gc");
  }
}

function oldGeneration(): HeapRoom {
  const space = getHeapSpaceStatistics().find(({ space_name }) => space_name === "old_space");
  return { used: space?.space_used_size ?? 0, taken: space?.physical_space_size ?? 0 };
}
