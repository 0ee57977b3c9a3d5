import type { Result } from "../../../base/result.js";
import { fail, ok } from "../../../base/result.js";
import type { Failure } from "../status/failure.js";
import { badRequest, invalid } from "../status/failure.js";

/** How unknown fields of a body are treated (KEP-2885). */
export type FieldValidation = "Strict" | "Warn" | "Ignore";

/** What a mutating request says besides its body. */
export interface WriteOptions {
  /** Field manager; of requests that name none, the first word of their User-Agent. */
  readonly manager: string;
  readonly dryRun: boolean;
  readonly validation: FieldValidation;
  readonly force: boolean;
  /** Whether `force` and `fieldManager` were given: an apply needs the one, other patches refuse the other. */
  readonly hasForce: boolean;
  readonly hasManager: boolean;
}

/** Reads the options of a mutating request. */
export function writeOptions(query: URLSearchParams, userAgent: string | undefined): Result<WriteOptions, Failure> {
  const dryRun = query.getAll("dryRun");
  const wrong = dryRun.find((value) => value !== "All" && value !== "");
  if (wrong !== undefined) return fail(unsupported("dryRun", wrong, ["All"]));
  const validation = query.get("fieldValidation") ?? "";
  if (!isFieldValidation(validation))
    return fail(unsupported("fieldValidation", validation, ["Ignore", "Strict", "Warn"]));
  const named = query.get("fieldManager") ?? "";
  if (named.length > 128)
    return fail(
      invalid({ group: "meta.k8s.io", resource: "CreateOptions", name: "" }, [
        { reason: "FieldValueTooLong", message: "Too long: may not be more than 128 bytes", field: "fieldManager" },
      ]),
    );
  const force = query.get("force");
  if (force !== null && !["", "true", "false", "1", "0"].includes(force))
    return fail(badRequest(`Invalid value: "${force}": force is true or false`));
  return ok({
    manager: named === "" ? managerOf(userAgent) : named,
    dryRun: dryRun.includes("All"),
    validation: validation === "" ? "Warn" : validation,
    force: force === "true" || force === "1",
    hasForce: force !== null,
    hasManager: named !== "",
  });
}

function isFieldValidation(text: string): text is FieldValidation | "" {
  return ["", "Strict", "Warn", "Ignore"].includes(text);
}

function unsupported(field: string, value: string, supported: readonly string[]): Failure {
  const list = supported.map((word) => `"${word}"`).join(", ");
  const message = `Unsupported value: "${value}": supported values: ${list}`;
  return invalid({ group: "meta.k8s.io", resource: "PatchOptions", name: "" }, [
    { reason: "FieldValueNotSupported", message, field },
  ]);
}

/** The first word of a User-Agent, before its version. */
function managerOf(userAgent: string | undefined): string {
  return (userAgent ?? "").split("/", 1)[0]?.slice(0, 128) || "unknown";
}
