import type { Result } from "../../base/result.js";
import { fail, ok } from "../../base/result.js";
import type { Problem } from "../problem.js";
import type { RoutedBackend } from "./facts.js";

/** What the port of a route says about a Service. */
export type ServicePort =
  /** The route names it, or the Service has no other. */
  | { readonly type: "known"; readonly port: number; readonly written: boolean }
  /** The Service was not seen and the route names none. */
  | { readonly type: "unseen" };

/** The port of a Service for a route that names `port` or none; fails where it has to choose or names one that is not there. */
export function servicePort(
  service: Extract<RoutedBackend, { type: "service" }>,
  port: number | undefined,
  path: string,
): Result<ServicePort, Problem> {
  const { ports } = service;
  const name = `Service ${service.namespace}/${service.name}`;
  const at = `${path}.port`;
  if (ports === undefined) return ok(port === undefined ? { type: "unseen" } : { type: "known", port, written: true });
  const [first, second] = ports;
  if (first === undefined) return fail({ path: at, message: `${name} has no ports`, fix: "give the Service one" });
  const listed = ports.join(", ");
  if (port === undefined)
    return second === undefined
      ? ok({ type: "known", port: first, written: false })
      : fail({ path: at, message: `${name} has the ports ${listed}`, fix: "write the one that requests go to" });
  if (ports.includes(port)) return ok({ type: "known", port, written: true });
  return fail({
    path: at,
    message: `${name} has no port ${port}`,
    fix: second === undefined ? `write ${listed}, or nothing` : `write one of ${listed}`,
  });
}
