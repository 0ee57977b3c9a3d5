import type { HandOverAction } from "./actions.js";
import type { Survey } from "./survey.js";

/** A routemap that only lost its label gives its outputs up: our label and owner reference go, the routes stay. */
export function handOver(s: Survey): readonly HandOverAction[] {
  return s.own.flatMap((id): HandOverAction[] => {
    const seen = s.observed.output(id);
    const object = seen.state === "seen" ? seen.object : undefined;
    return object === undefined ? [] : [{ type: "handOver", output: id, uid: object.metadata.uid }];
  });
}
