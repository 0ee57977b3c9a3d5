import type { IncomingHttpHeaders } from "node:http";

import { wire } from "../workloads/server/wire.js";
import type { Outcome } from "./outcome.js";
import { lost } from "./outcome.js";

/** A request on its way. */
export interface LabelledRequest {
  readonly id: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** Under which an answer counts that does not say its version. */
export const unnamed = "(unnamed)";

/** The outcome of a request whose complete answer has these headers, all else being well. */
export function answeredBy(request: LabelledRequest, headers: IncomingHttpHeaders): Outcome {
  const id = textOf(headers, wire.requestId);
  const version = textOf(headers, wire.version) ?? unnamed;
  if (id !== undefined && id !== request.id) return lost("mixed up", version);
  return { kind: "answered", version, pod: textOf(headers, wire.pod) ?? unnamed };
}

/** The version that answered, if the headers say so. */
export function versionIn(headers: IncomingHttpHeaders): string | undefined {
  return textOf(headers, wire.version);
}

function textOf(headers: IncomingHttpHeaders, name: string): string | undefined {
  const value = headers[name];
  return typeof value === "string" ? value : undefined;
}
