import type { Json } from "../../base/json.js";
import { formatDuration } from "../../base/duration.js";
import type { DecodeContext } from "./context.js";
import type { DecodeReader } from "./reader.js";
import type { ReleaseTimes } from "../routemap.js";

/** Decodes `release`. Times beyond the administrator's limits are cut to them, with a warning. */
export function decodeRelease(reader: DecodeReader, value: Json | undefined, context: DecodeContext): ReleaseTimes {
  const members = reader.members(value, ["release"], ["minStable", "settle", "drain", "deadline"]);
  const read = (key: keyof ReleaseTimes, most?: number): ReleaseTimes => {
    const time = reader.duration(members?.[key], ["release", key]);
    if (time === undefined) return {};
    if (most === undefined || time <= most) return { [key]: time };
    const limit = formatDuration(most);
    reader.warn(
      ["release", key],
      `${formatDuration(time)} is more than the controller's configuration allows; ${limit} is used`,
      `write ${limit} or less`,
    );
    return { [key]: most };
  };
  const { maxSettle, maxDeadline } = context.limits;
  const times = {
    ...read("minStable"),
    ...read("settle", maxSettle),
    ...read("drain"),
    ...read("deadline", maxDeadline),
  };
  if (times.deadline === 0)
    reader.refuse(
      ["release", "deadline"],
      "a deadline of 0 would release a version before its traffic is back",
      'write a longer one, such as "10m"',
    );
  else if (times.deadline !== undefined && times.deadline < (times.settle ?? 0) + (times.drain ?? 0))
    reader.warn(
      ["release", "deadline"],
      `the deadline of ${formatDuration(times.deadline)} comes before settle and drain are over, so no release can be proven`,
      "write a longer deadline",
    );
  return times;
}
