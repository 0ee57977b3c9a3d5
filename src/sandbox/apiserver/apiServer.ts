import { randomUUID } from "node:crypto";
import type { IncomingMessage } from "node:http";

import type { Clock } from "../../base/clock.js";
import { PointsmanError } from "../../base/errors.js";
import type { Random } from "../../base/random.js";
import { systemRandom } from "../../base/random.js";
import type { Credentials } from "../certificates.js";
import { createAuthority } from "../certificates.js";
import { CertifiedUsers } from "./auth/certifiedUser.js";
import { Users } from "./auth/users.js";
import type { Cluster } from "./cluster.js";
import { Controllers } from "./controllers/controllers.js";
import { furnish } from "./controllers/furnish.js";
import type { Answer } from "./http/answer.js";
import { refused } from "./http/answer.js";
import type { ApiListener } from "./http/apiListener.js";
import { listenTls } from "./http/apiListener.js";
import { parseTarget } from "./http/requestTarget.js";
import { builtinKinds } from "./kinds/builtinKinds.js";
import { Kinds } from "./kinds/kinds.js";
import { kubeconfigText } from "./kubeconfigText.js";
import { WatchHub } from "./read/watchHub.js";
import type { ApiParts } from "./requests/api.js";
import { answer, isOpen } from "./requests/api.js";
import { badRequest, unauthorized } from "./status/failure.js";
import { Store } from "./store/store.js";
import { ServiceAddresses } from "./strategies/serviceAddresses.js";

/** How the embedded API server is started. */
export interface ApiServerOptions {
  /** Port on 127.0.0.1; 0, the default: any that is free. */
  readonly port?: number;
  readonly clock: Clock;
  readonly random?: Random;
  /** Closes the server. */
  readonly signal: AbortSignal;
  /** Told of mistakes of the server's own, one line each. */
  readonly log?: (line: string) => void;
}

/** A Kubernetes API server in this process: in memory, for development and tests. */
export interface ApiServer {
  readonly url: string;
  /** The certificate authority that clients must trust, PEM. */
  readonly caCertificate: string;
  /** The administrator's bearer token. */
  readonly token: string;
  /** The administrator's client certificate, for clients that prefer one. */
  readonly admin: Credentials;
  /** A kubeconfig of the administrator, YAML. */
  kubeconfig(): string;
  /** Ends all requests, watches included, and lets the port go. */
  close(): Promise<void>;
}

const day = 86_400_000;

/**
 * Starts the server. It is ready when the promise resolves: the four namespaces every cluster has are there. A port that
 * is taken is a PM_PORT_BUSY.
 */
export async function startApiServer(options: ApiServerOptions): Promise<ApiServer> {
  const { clock, signal, log = () => undefined } = options;
  const now = clock.now();
  const authority = createAuthority("pointsman-sandbox-ca", { from: now - day, to: now + 3_650 * day });
  const credentials = authority.issue({
    commonName: "kube-apiserver",
    usage: "server",
    hosts: ["127.0.0.1", "localhost", "kubernetes.default.svc"],
  });
  const core = new Core(options, authority.certificate);
  const handler = (request: IncomingMessage, body: string): Answer => core.answer(request, body);
  const clientAuthority = authority.certificate;
  const port = options.port ?? 0;
  const listened = await listenTls({ port, credentials, clientAuthority, handler, onError: log });
  if (!listened.ok) throw portBusy(port, listened.error);
  const admin = authority.issue({ commonName: "kubernetes-admin", organizations: ["system:masters"], usage: "client" });
  return running(core, listened.value, { caCertificate: authority.certificate, admin }, signal);
}

interface Secrets {
  readonly caCertificate: string;
  readonly admin: Credentials;
}

function running(core: Core, listener: ApiListener, { caCertificate, admin }: Secrets, signal: AbortSignal): ApiServer {
  const url = `https://127.0.0.1:${listener.port}`;
  const token = core.users.adminToken;
  core.address = `127.0.0.1:${listener.port}`;
  let closing: Promise<void> | undefined;
  const close = (): Promise<void> => {
    signal.removeEventListener("abort", onAbort);
    core.close();
    return (closing ??= listener.close());
  };
  const onAbort = (): void => void close();
  signal.addEventListener("abort", onAbort, { once: true });
  if (signal.aborted) onAbort();
  return { url, caCertificate, token, admin, close, kubeconfig: () => kubeconfigText({ url, caCertificate, token }) };
}

/** Everything but the sockets. */
class Core {
  readonly users: Users;
  address = "";
  private readonly certified = new CertifiedUsers();
  private readonly parts: ApiParts;
  private readonly controllers: Controllers;

  constructor({ clock, random = systemRandom, log = () => undefined }: ApiServerOptions, caCertificate: string) {
    const store = new Store();
    for (const { collection } of builtinKinds) store.collection(collection);
    this.users = new Users(clock);
    const cluster: Cluster = {
      store,
      kinds: new Kinds(builtinKinds),
      clock,
      random,
      services: new ServiceAddresses(store, random),
      newUid: () => randomUUID(),
    };
    const hub = new WatchHub(store);
    this.parts = { cluster, hub, users: this.users, address: () => this.address };
    this.controllers = new Controllers({ cluster, hub, caCertificate, onError: log });
    furnish(cluster);
    this.controllers.settle();
  }

  answer(request: IncomingMessage, body: string): Answer {
    const target = parseTarget(request.url ?? "/");
    if (target === undefined) return refused(badRequest("the path cannot be decoded"));
    const user = this.users.ofHeader(request.headers.authorization) ?? this.certified.of(request.socket);
    if (user === undefined && !isOpen(target.path)) return refused(unauthorized());
    return answer(this.parts, {
      method: request.method ?? "GET",
      target,
      user: user ?? { name: "system:anonymous", groups: ["system:unauthenticated"] },
      body,
      contentType: request.headers["content-type"],
      accept: request.headers.accept,
      userAgent: request.headers["user-agent"],
    });
  }

  close(): void {
    this.controllers.close();
    this.parts.hub.close();
  }
}

function portBusy(port: number, error: NodeJS.ErrnoException): PointsmanError {
  const reasons: Readonly<Record<string, string>> = {
    EADDRINUSE: "the port is taken; end what uses it or choose another",
    EACCES: "this user may not use that port; choose one above 1023",
  };
  const problem = reasons[error.code ?? ""] ?? error.message;
  return new PointsmanError("PM_PORT_BUSY", { address: `127.0.0.1:${port}`, problem }, { cause: error });
}
