import { describeError, PointsmanError } from "../base/errors.js";
import type { Json } from "../base/json.js";
import { arrayAt, isObject, stringAt } from "../base/json.js";
import { parseJson } from "../kube/status.js";
import type { Explanation } from "../routing/explain/explanation.js";

/** The read API of a controller. */
export interface ReadApi {
  /** Base URL, for example "http://127.0.0.1:8081". */
  readonly server: string;
  readonly token?: string;
}

/** Milliseconds that an answer may take. */
const patience = 10_000;

/**
 * What the controller says of one routemap; undefined where it knows none of that name. Throws a PointsmanError where it
 * does not answer, refuses, or answers something else.
 */
export async function fetchExplanation(
  api: ReadApi,
  namespace: string,
  name: string,
  signal: AbortSignal,
): Promise<Explanation | undefined> {
  const answer = await get(
    api,
    `/api/v1/routemaps/${encodeURIComponent(namespace)}/${encodeURIComponent(name)}`,
    signal,
  );
  if (answer === undefined) return undefined;
  const explanation = isObject(answer) && isObject(answer["explanation"]) ? answer["explanation"] : answer;
  if (isExplanation(explanation)) return explanation;
  throw new PointsmanError("PM_USAGE", { problem: `${api.server} answers, but is no read API of a controller` });
}

/** JSON behind a path; undefined for a 404. */
export async function get({ server, token }: ReadApi, path: string, signal: AbortSignal): Promise<Json | undefined> {
  const headers: Record<string, string> = token === undefined ? {} : { Authorization: `Bearer ${token}` };
  const response = await fetch(new URL(path, server), {
    headers: { Accept: "application/json", ...headers },
    redirect: "error",
    signal: AbortSignal.any([signal, AbortSignal.timeout(patience)]),
  }).catch((thrown: unknown) => {
    const problem = `cannot reach the controller's read API at ${server}: ${reasonOf(thrown)}`;
    throw new PointsmanError("PM_USAGE", { problem }, { cause: thrown });
  });
  const body = parseJson(await response.text());
  if (response.status === 404) return undefined;
  if (response.ok && body !== undefined) return body;
  const told = stringAt(body, "detail") ?? stringAt(body, "title") ?? "";
  const hint = response.status === 401 ? "; pass a token by --token-file" : "";
  throw new PointsmanError("PM_USAGE", {
    problem: `${server} answers ${response.status}${told === "" ? "" : `: ${told}`}${hint}`,
  });
}

function reasonOf(thrown: unknown): string {
  return thrown instanceof Error && thrown.cause !== undefined ? describeError(thrown.cause) : describeError(thrown);
}

function isExplanation(value: unknown): value is Explanation {
  return (
    isObject(value) &&
    typeof value["namespace"] === "string" &&
    typeof value["name"] === "string" &&
    isObject(value["ready"]) &&
    isObject(value["breaker"]) &&
    arrayAt(value, "causes").length > 0 &&
    arrayAt(value, "versions").every((version) => isObject(version) && arrayAt(version, "causes").length > 0) &&
    arrayAt(value, "routes").every(isObject)
  );
}
