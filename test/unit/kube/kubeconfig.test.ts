import { chmod, mkdtemp, mkdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";

import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { stringify } from "yaml";

import type { Authorization, ClusterCredentials } from "../../../src/kube/credentials.js";
import type { CredentialsOptions } from "../../../src/kube/kubeconfig.js";
import { loadCredentials } from "../../../src/kube/kubeconfig.js";
import { FakeClock } from "../../support/fakeClock.js";

let directory: string;
let clock: FakeClock;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "pointsman-kubeconfig-"));
  clock = new FakeClock();
});
afterEach(() => rm(directory, { recursive: true }));

interface Parts {
  readonly cluster?: Record<string, unknown>;
  readonly user?: Record<string, unknown>;
  readonly namespace?: string;
  readonly name?: string;
}

async function write(file: string, content: string): Promise<string> {
  const path = join(directory, file);
  await writeFile(path, content);
  return path;
}

function kubeconfig({ cluster, user, namespace, name = "c" }: Parts): string {
  return stringify({
    apiVersion: "v1",
    kind: "Config",
    "current-context": name,
    contexts: [{ name, context: { cluster: `${name}-cluster`, user: `${name}-user`, namespace } }],
    clusters: [{ name: `${name}-cluster`, cluster: { server: "https://127.0.0.1:6443", ...cluster } }],
    users: [{ name: `${name}-user`, user }],
  });
}

async function load(options: Partial<CredentialsOptions>): Promise<ClusterCredentials> {
  const loaded = await loadCredentials({ env: {}, allowDefault: false, clock, ...options });
  if (!loaded.ok) throw loaded.error;
  return loaded.value;
}

async function problemOf(options: Partial<CredentialsOptions>): Promise<string> {
  const loaded = await loadCredentials({ env: {}, allowDefault: false, clock, ...options });
  return loaded.ok ? `found ${loaded.value.server}` : `${loaded.error.code}: ${loaded.error.message}`;
}

async function authorizationOf(credentials: ClusterCredentials): Promise<Authorization> {
  const authorization = await credentials.authorize();
  if (!authorization.ok) throw authorization.error;
  return authorization.value;
}

async function fromUser(user: Record<string, unknown>, cluster: Record<string, unknown> = {}): Promise<Authorization> {
  return authorizationOf(await load({ kubeconfig: await write("config", kubeconfig({ user, cluster })) }));
}

describe("the order of credentials", () => {
  it("is --kubeconfig, KUBECONFIG, the Pod's service account, and the default file only if allowed", async () => {
    const serviceAccount = join(directory, "sa");
    await mkdir(serviceAccount);
    for (const file of ["ca.crt", "token", "namespace"]) await writeFile(join(serviceAccount, file), `${file}\n`);
    await mkdir(join(directory, ".kube"));
    const to = (server: string) => kubeconfig({ cluster: { server } });
    await writeFile(join(directory, ".kube", "config"), to("https://default:1"));
    const flag = await write("flag", to("https://flag:1"));
    const listed = await write("listed", to("https://listed:1"));
    const pod = { KUBERNETES_SERVICE_HOST: "10.0.0.1", KUBERNETES_SERVICE_PORT: "443" };
    const home = { HOME: directory };
    const all = { env: { ...home, ...pod, KUBECONFIG: listed }, allowDefault: true, serviceAccount };
    expect((await load({ ...all, kubeconfig: flag })).server).toBe("https://flag:1/");
    expect((await load(all)).server).toBe("https://listed:1/");
    expect((await load({ ...all, env: { ...home, ...pod } })).server).toBe("https://10.0.0.1:443");
    expect((await load({ ...all, env: home })).server).toBe("https://default:1/");
    expect(await problemOf({ ...all, env: home, allowDefault: false })).toBe(
      "PM_CREDENTIALS_MISSING: no credentials: pass --kubeconfig FILE, set KUBECONFIG, or run in a Pod with a service account",
    );
  });

  it("does not fall back when what was named cannot be used", async () => {
    const missing = join(directory, "missing");
    const problem = await problemOf({ kubeconfig: missing, env: { HOME: directory }, allowDefault: true });
    expect(problem).toMatch(/^PM_CREDENTIALS_INVALID: cannot use the credentials in .*missing: ENOENT/);
  });

  it("takes the first of several files that defines a name", async () => {
    const first = await write("first", kubeconfig({ name: "a", user: { token: "one" } }));
    const second = await write("second", kubeconfig({ name: "b", user: { token: "two" }, namespace: "x" }));
    const env = { KUBECONFIG: [first, second].join(delimiter) };
    expect((await authorizationOf(await load({ env }))).headers).toEqual({ authorization: "Bearer one" });
  });
});

describe("a Pod's service account", () => {
  it("gives token, CA and namespace, and follows the token when it is rotated", async () => {
    await write("ca.crt", "CA");
    await write("token", "one\n");
    await write("namespace", "system\n");
    const env = { KUBERNETES_SERVICE_HOST: "fd00::1" };
    const credentials = await load({ env, serviceAccount: directory });
    expect(credentials).toMatchObject({ server: "https://[fd00::1]:443", namespace: "system" });
    expect(await authorizationOf(credentials)).toEqual({
      headers: { authorization: "Bearer one" },
      tls: { ca: Buffer.from("CA") },
    });
    await write("token", "two");
    expect((await authorizationOf(credentials)).headers).toEqual({ authorization: "Bearer one" });
    credentials.refresh();
    expect((await authorizationOf(credentials)).headers).toEqual({ authorization: "Bearer two" });
    await write("token", "three");
    await clock.advance(60_000);
    expect((await authorizationOf(credentials)).headers).toEqual({ authorization: "Bearer three" });
  });

  it("is an error that names the file if it is not complete", async () => {
    const problem = await problemOf({ env: { KUBERNETES_SERVICE_HOST: "h" }, serviceAccount: directory });
    expect(problem).toMatch(/PM_CREDENTIALS_INVALID: .*ca\.crt: ENOENT/);
  });
});

describe("a kubeconfig", () => {
  it("gives server, namespace, CA and server name", async () => {
    const cluster = {
      server: "https://example:8443/prefix/",
      "certificate-authority-data": Buffer.from("CA").toString("base64"),
      "tls-server-name": "api.example",
    };
    const config = kubeconfig({ cluster, user: { token: "t" }, namespace: "shop" });
    const credentials = await load({ kubeconfig: await write("config", config) });
    expect(credentials).toMatchObject({ server: "https://example:8443/prefix", namespace: "shop" });
    expect((await authorizationOf(credentials)).tls).toEqual({ ca: Buffer.from("CA"), servername: "api.example" });
  });

  it("can switch the check of the server's certificate off", async () => {
    const { tls } = await fromUser({ token: "t" }, { "insecure-skip-tls-verify": true });
    expect(tls).toEqual({ rejectUnauthorized: false });
  });

  it("authenticates by token, by token file beside it, by password, and for somebody else", async () => {
    await write("token", "from file\n");
    expect((await fromUser({ token: "t" })).headers).toEqual({ authorization: "Bearer t" });
    expect((await fromUser({ tokenFile: "token" })).headers).toEqual({ authorization: "Bearer from file" });
    const basic = `Basic ${Buffer.from("u:p").toString("base64")}`;
    expect((await fromUser({ username: "u", password: "p" })).headers).toEqual({ authorization: basic });
    expect((await fromUser({ token: "t", as: "jane" })).headers).toEqual({
      authorization: "Bearer t",
      "impersonate-user": "jane",
    });
  });

  it("authenticates by certificate, from data or from files beside it", async () => {
    await write("client.crt", "CERT");
    await write("client.key", "KEY");
    await write("ca.crt", "CA");
    const tls = { ca: Buffer.from("CA"), cert: Buffer.from("CERT"), key: Buffer.from("KEY") };
    const files = { "client-certificate": "client.crt", "client-key": "client.key" };
    expect((await fromUser(files, { "certificate-authority": "ca.crt" })).tls).toEqual(tls);
    const data = {
      "client-certificate-data": Buffer.from("CERT").toString("base64"),
      "client-key-data": Buffer.from("KEY").toString("base64"),
    };
    expect((await fromUser(data, { "certificate-authority": "ca.crt" })).tls).toEqual(tls);
  });

  it("runs an exec plugin, keeps its token, and runs it again after a refresh", async () => {
    const plugin = await write(
      "plugin",
      `#!/bin/sh
echo run >> ${join(directory, "runs")}
n=$(wc -l < ${join(directory, "runs")} | tr -d ' ')
echo '{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","status":{"token":"token-'$n'","expirationTimestamp":"2999-01-01T00:00:00Z"}}'
`,
    );
    await chmod(plugin, 0o700);
    const exec = { apiVersion: "client.authentication.k8s.io/v1", command: plugin, args: [] };
    const credentials = await load({ kubeconfig: await write("config", kubeconfig({ user: { exec } })) });
    expect((await authorizationOf(credentials)).headers).toEqual({ authorization: "Bearer token-1" });
    await clock.advance(60_000);
    expect((await authorizationOf(credentials)).headers).toEqual({ authorization: "Bearer token-1" });
    credentials.refresh();
    expect((await authorizationOf(credentials)).headers).toEqual({ authorization: "Bearer token-2" });
  });

  it("tells what an exec plugin complained about", async () => {
    const exec = {
      apiVersion: "client.authentication.k8s.io/v1",
      command: "/bin/sh",
      args: ["-c", "echo no >&2; exit 1"],
    };
    const credentials = await load({ kubeconfig: await write("config", kubeconfig({ user: { exec } })) });
    const authorization = await credentials.authorize();
    expect(!authorization.ok && authorization.error.message).toMatch(/the credential plugin failed: no/);
  });

  it.each([
    ["no mapping", "just text", /expected a mapping/],
    ["no YAML", "{", /cannot use the credentials in .*config/],
    ["no current context", "clusters: []", /current-context is not set; run "kubectl config use-context NAME"/],
    ["a context that is not there", "current-context: x", /contexts has no entry named "x"/],
    ["a cluster without server", kubeconfig({ cluster: { server: "" } }), /cluster.server is missing/],
    ["an address that is none", kubeconfig({ cluster: { server: "nowhere" } }), /Invalid URL/],
    ["a proxy", kubeconfig({ cluster: { "proxy-url": "http://p" } }), /proxy-url is not supported; remove it/],
    ["groups to act for", kubeconfig({ user: { as: "a", "as-groups": ["g"] } }), /as-groups is not supported/],
    ["a CA file that is not there", kubeconfig({ cluster: { "certificate-authority": "no.crt" } }), /no\.crt: ENOENT/],
  ])("with %s is an error that names the file and the problem", async (_, content, message) => {
    const file = await write("config", content);
    const problem = await problemOf({ kubeconfig: file });
    expect(problem).toMatch(/^PM_CREDENTIALS_INVALID/);
    expect(problem).toContain(directory);
    expect(problem).toMatch(message);
  });
});
