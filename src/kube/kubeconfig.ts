import { readFile } from "node:fs/promises";
import { delimiter, dirname, join, resolve } from "node:path";

import type { KubeConfig } from "@kubernetes/client-node";
import type { Cluster, Context, User } from "@kubernetes/client-node/dist/config_types.js";
import { newClusters, newContexts, newUsers } from "@kubernetes/client-node/dist/config_types.js";
import { parse } from "yaml";

import type { Clock } from "../base/clock.js";
import { PointsmanError, describeError } from "../base/errors.js";
import type { Json } from "../base/json.js";
import { arrayAt, at, isObject, stringAt } from "../base/json.js";
import type { Result } from "../base/result.js";
import { fail, ok } from "../base/result.js";
import type { AuthorizationParts, Material } from "./authorizationFiles.js";
import { readAuthorization } from "./authorizationFiles.js";
import { pluggedAuthorization } from "./credentialPlugin.js";
import type { ClusterCredentials } from "./credentials.js";
import { cachedAuthorization } from "./credentials.js";
import { inClusterCredentials, serviceAccountDirectory } from "./inCluster.js";

/** Where to look for credentials. */
export interface CredentialsOptions {
  /** File of --kubeconfig. */
  readonly kubeconfig?: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Whether ~/.kube/config may be used when nothing else is there. */
  readonly allowDefault: boolean;
  readonly clock: Clock;
  /** Directory of the Pod's service account; the usual one unless given. */
  readonly serviceAccount?: string;
}

/**
 * Finds credentials: --kubeconfig, else KUBECONFIG, else the Pod's service account, else (if allowed) ~/.kube/config,
 * else PM_CREDENTIALS_MISSING. What is found but cannot be used is PM_CREDENTIALS_INVALID.
 */
export async function loadCredentials(
  options: CredentialsOptions,
): Promise<Result<ClusterCredentials, PointsmanError>> {
  const { env, clock } = options;
  if (options.kubeconfig !== undefined) return fromFiles([options.kubeconfig], clock);
  const listed = (env["KUBECONFIG"] ?? "").split(delimiter).filter((file) => file !== "");
  if (listed.length > 0) return fromFiles(listed, clock);
  const inCluster = await inClusterCredentials(env, clock, options.serviceAccount ?? serviceAccountDirectory);
  if (inCluster !== undefined) return inCluster;
  const home = env["HOME"] ?? "";
  if (options.allowDefault && home !== "") return fromFiles([join(home, ".kube", "config")], clock);
  return fail(new PointsmanError("PM_CREDENTIALS_MISSING", {}));
}

/** The current context of one or several kubeconfig files. */
interface Current {
  readonly file: string;
  readonly cluster: Cluster;
  readonly user: User;
  readonly context: Context;
  /** The user as it stands in the file: client-node drops what it does not know. */
  readonly rawUser: Json | undefined;
}

async function fromFiles(files: readonly string[], clock: Clock): Promise<Result<ClusterCredentials, PointsmanError>> {
  const named = files.join(delimiter);
  try {
    const current = currentOf(await Promise.all(files.map(readKubeconfig)), named);
    const problem = unsupported(current);
    if (problem !== undefined) return fail(invalid(named, problem));
    const { server } = current.cluster;
    const { namespace } = current.context;
    const base = { server: new URL(server).href, ...(namespace === undefined ? {} : { namespace }) };
    const plugged = Boolean(current.user.exec) || Boolean(current.user.authProvider);
    if (plugged) return ok({ ...base, ...pluggedAuthorization(clock, named, () => kubeConfigOf(current)) });
    const parts = partsOf(current);
    const first = await readAuthorization(parts);
    return first.ok ? ok({ ...base, ...cachedAuthorization(clock, () => readAuthorization(parts)) }) : first;
  } catch (thrown) {
    return fail(thrown instanceof PointsmanError ? thrown : invalid(named, describeError(thrown), thrown));
  }
}

interface Parsed {
  readonly file: string;
  readonly content: Json;
}

async function readKubeconfig(file: string): Promise<Parsed> {
  try {
    const content: Json = parse(await readFile(file, "utf8")) as Json;
    if (!isObject(content))
      throw new Error("it is not a kubeconfig: expected a mapping with clusters, users, contexts");
    return { file, content };
  } catch (thrown) {
    throw invalid(file, describeError(thrown), thrown);
  }
}

/** Of several files the first that defines a name or the current context wins, as in kubectl. */
function currentOf(parsed: readonly Parsed[], named: string): Current {
  const find = <T extends { readonly name: string }>(kind: string, name: string, of: (value: unknown) => T[]) => {
    for (const { file, content } of parsed) {
      const listed = arrayAt(content, `${kind}s`);
      const index = listed.findIndex((entry) => stringAt(entry, "name") === name);
      const entry = index < 0 ? undefined : of([listed[index]])[0];
      if (entry !== undefined) return { file, entry, raw: at(listed[index], kind) };
    }
    throw invalid(named, `${kind}s has no entry named "${name}"`);
  };
  const name = parsed.map(({ content }) => stringAt(content, "current-context") ?? "").find((text) => text !== "");
  if (name === undefined) throw invalid(named, 'current-context is not set; run "kubectl config use-context NAME"');
  const context = find("context", name, newContexts).entry;
  const cluster = find("cluster", context.cluster, newClusters);
  const user = find("user", context.user, newUsers);
  return {
    file: user.file,
    context,
    cluster: { ...cluster.entry, ...absolute(cluster.file, { caFile: cluster.entry.caFile }) },
    user: {
      ...user.entry,
      ...absolute(user.file, { certFile: user.entry.certFile, keyFile: user.entry.keyFile }),
    },
    rawUser: user.raw,
  };
}

function absolute<K extends string>(file: string, paths: Readonly<Record<K, string | undefined>>) {
  const entries = Object.entries<string | undefined>(paths).filter(([, path]) => Boolean(path));
  return Object.fromEntries(entries.map(([key, path]) => [key, resolve(dirname(file), path ?? "")]));
}

function unsupported(current: Current): string | undefined {
  if (current.cluster.proxyUrl) return "clusters[].cluster.proxy-url is not supported; remove it";
  for (const key of ["as-groups", "as-uid", "as-user-extra"]) {
    if (at(current.rawUser, key) !== undefined) return `users[].user.${key} is not supported; remove it`;
  }
  return undefined;
}

function partsOf(current: Current): AuthorizationParts {
  const { cluster, user, rawUser, file } = current;
  const ca = material(cluster.caFile, cluster.caData);
  const cert = material(user.certFile, user.certData);
  const key = material(user.keyFile, user.keyData);
  const tokenFile = stringAt(rawUser, "tokenFile");
  const token =
    tokenFile !== undefined
      ? { file: resolve(dirname(file), tokenFile) }
      : user.token
        ? { data: Buffer.from(user.token) }
        : undefined;
  return {
    ...(ca === undefined ? {} : { ca }),
    ...(cert === undefined ? {} : { cert }),
    ...(key === undefined ? {} : { key }),
    ...(token === undefined ? {} : { token }),
    ...tlsOf(cluster),
    headers: headersOf(user),
  };
}

function headersOf(user: User): Record<string, string> {
  const basic = Buffer.from(`${user.username ?? ""}:${user.password ?? ""}`).toString("base64");
  return {
    ...(user.username ? { authorization: `Basic ${basic}` } : {}),
    ...(user.impersonateUser ? { "impersonate-user": user.impersonateUser } : {}),
  };
}

function tlsOf(cluster: Cluster): { readonly rejectUnauthorized?: false; readonly servername?: string } {
  return {
    ...(cluster.skipTLSVerify ? { rejectUnauthorized: false as const } : {}),
    ...(cluster.tlsServerName ? { servername: cluster.tlsServerName } : {}),
  };
}

function material(file: string | undefined, data: string | undefined): Material | undefined {
  if (data) return { data: Buffer.from(data, "base64") };
  return file ? { file } : undefined;
}

/**
 * Exec plugins and auth providers are client-node's business. It is loaded only here and only now: in the bundle it
 * costs 25 ms and 10 MB.
 */
async function kubeConfigOf({ cluster, user, context }: Current): Promise<KubeConfig> {
  const clientNode = await import("@kubernetes/client-node/dist/config.js");
  const config = new clientNode.KubeConfig();
  const skipTLSVerify = cluster.skipTLSVerify || cluster.server.startsWith("http:");
  config.loadFromOptions({
    clusters: [{ ...cluster, skipTLSVerify }],
    users: [user],
    contexts: [context],
    currentContext: context.name,
  });
  return config;
}

function invalid(file: string, problem: string, cause?: unknown): PointsmanError {
  return new PointsmanError("PM_CREDENTIALS_INVALID", { file, problem }, { cause });
}
