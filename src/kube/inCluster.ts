import { readFile } from "node:fs/promises";
import { join } from "node:path";

import type { Clock } from "../base/clock.js";
import type { PointsmanError } from "../base/errors.js";
import type { Result } from "../base/result.js";
import { ok } from "../base/result.js";
import { readAuthorization } from "./authorizationFiles.js";
import type { ClusterCredentials } from "./credentials.js";
import { cachedAuthorization } from "./credentials.js";

/** Where Kubernetes mounts the service account of a Pod. */
export const serviceAccountDirectory = "/var/run/secrets/kubernetes.io/serviceaccount";

/**
 * Credentials of the Pod we run in: the service account's token, CA and namespace from `directory`, the address from
 * KUBERNETES_SERVICE_HOST and _PORT (default 443). Undefined outside a Pod.
 */
export async function inClusterCredentials(
  env: Readonly<Record<string, string | undefined>>,
  clock: Clock,
  directory: string,
): Promise<Result<ClusterCredentials, PointsmanError> | undefined> {
  const host = env["KUBERNETES_SERVICE_HOST"] ?? "";
  if (host === "") return undefined;
  const port = env["KUBERNETES_SERVICE_PORT"] ?? "443";
  const parts = { ca: { file: join(directory, "ca.crt") }, token: { file: join(directory, "token") } };
  const first = await readAuthorization(parts);
  if (!first.ok) return first;
  const namespace = await readNamespace(join(directory, "namespace"));
  return ok({
    server: `https://${host.includes(":") ? `[${host}]` : host}:${port}`,
    ...(namespace === "" ? {} : { namespace }),
    ...cachedAuthorization(clock, () => readAuthorization(parts)),
  });
}

async function readNamespace(file: string): Promise<string> {
  try {
    return (await readFile(file, "utf8")).trim();
  } catch {
    return "";
  }
}
