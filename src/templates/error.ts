/** What is wrong with a template. Lines and columns count from 1; a column counts UTF-16 units. */
export interface TemplateError {
  /** `PARSE`: the source is malformed. `EXECUTE`: rendering failed. `LIMIT`: a bound was reached. */
  readonly code: "PARSE" | "EXECUTE" | "LIMIT";
  /** Name that was given to `parseTemplate`. */
  readonly template: string;
  readonly line: number;
  readonly column: number;
  readonly message: string;
}

/**
 * A failure on its way out of the parser or the evaluator. It never leaves this folder: `parseTemplate` and
 * `executeTemplate` turn it into a `TemplateError` value. (A Result through every node would double the evaluator.)
 */
export class Fault extends Error {
  constructor(
    readonly code: TemplateError["code"],
    message: string,
    /** Offset in the source, where the thrower knows it. */
    readonly offset?: number,
  ) {
    super(message);
  }
}

/** A failure of rendering: wrong types, missing data, a function that refuses its arguments. */
export function executeFault(message: string): Fault {
  return new Fault("EXECUTE", message);
}

/** The error value for a fault at `offset` of `source`. */
export function locate(fault: Fault, template: string, source: string, offset: number): TemplateError {
  const at = Math.min(fault.offset ?? offset, source.length);
  const before = source.slice(0, at);
  const lineStart = before.lastIndexOf("\n") + 1;
  const line = before.split("\n").length;
  return { code: fault.code, template, line, column: at - lineStart + 1, message: fault.message };
}
