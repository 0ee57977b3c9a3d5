import { arrayAt, isObject, stringAt } from "../../src/base/json.js";
import type { Ended } from "./commandProcess.js";
import { CommandProcess } from "./commandProcess.js";

/** A finding as the command prints it. */
export interface Told {
  readonly severity: string;
  readonly check: string;
  readonly object: string;
  readonly message: string;
  readonly fix: string;
}

/** Runs the command `doctor` with these words. */
export function doctor(words: readonly string[]): Promise<Ended> {
  return CommandProcess.start(["doctor", ...words]).ended;
}

/** The findings of a run with these words. */
export async function findings(words: readonly string[]): Promise<readonly Told[]> {
  const { out, err } = await doctor([...words, "-o", "json"]);
  if (err !== "") throw new Error(err);
  const value: unknown = JSON.parse(out);
  if (!isObject(value)) throw new Error("an object was expected");
  return arrayAt(value, "findings").map((finding) => {
    const text = (name: string): string => stringAt(finding, name) ?? "";
    return {
      severity: text("severity"),
      check: text("check"),
      object: text("object"),
      message: text("message"),
      fix: text("fix"),
    };
  });
}
