import { isArray } from "../../../src/base/json.js";
import type { Json } from "../../../src/base/json.js";

/** One instruction of a Dockerfile; continued lines are joined. */
export interface Instruction {
  readonly name: string;
  readonly text: string;
}

/** The instructions from one FROM to the next. `name`: what later stages copy from. */
export interface Stage {
  readonly base: string;
  readonly name: string | undefined;
  readonly instructions: readonly Instruction[];
}

/** Reads a Dockerfile's stages. */
export function stagesOf(dockerfile: string): readonly Stage[] {
  const stages: { base: string; name: string | undefined; instructions: Instruction[] }[] = [];
  for (const { name, text } of instructionsOf(dockerfile)) {
    if (name !== "FROM") {
      stages.at(-1)?.instructions.push({ name, text });
      continue;
    }
    const [base = "", , stage] = text.split(/\s+/);
    stages.push({ base, name: stage, instructions: [] });
  }
  return stages;
}

function instructionsOf(dockerfile: string): readonly Instruction[] {
  const lines = dockerfile.split("\n").filter((line) => !/^\s*(#|$)/.test(line));
  return lines
    .join("\n")
    .replace(/\\\n\s*/g, "")
    .split("\n")
    .map((line) => {
      const [name = ""] = line.split(" ", 1);
      return { name, text: line.slice(name.length).trim() };
    });
}

/** The text of the last instruction of a name. */
export function last(stage: Stage, name: string): string | undefined {
  return stage.instructions.findLast((instruction) => instruction.name === name)?.text;
}

/** The words of an instruction in exec form. */
export function wordsOf(text: string): readonly string[] {
  const parsed = JSON.parse(text) as Json;
  if (!isArray(parsed)) throw new Error(`${text} is not the exec form`);
  return parsed.filter((word) => typeof word === "string");
}

/**
 * Whether a .dockerignore lets a file through. Understands comments, `*` and paths with or without `!`; anything else is
 * an error, so that this reading never differs silently from Docker's.
 */
export function letsThrough(dockerignore: string, path: string): boolean {
  const patterns = dockerignore.split("\n").filter((line) => line.trim() !== "" && !line.startsWith("#"));
  let ignored = false;
  for (const pattern of patterns) {
    const negated = pattern.startsWith("!");
    const body = negated ? pattern.slice(1) : pattern;
    if (body !== "*" && /[*?[\]\\]/.test(body)) throw new Error(`.dockerignore: ${pattern} is not understood here`);
    if (body === "*" || path === body || path.startsWith(`${body}/`)) ignored = !negated;
  }
  return !ignored;
}
