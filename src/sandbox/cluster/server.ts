/** An API server that was started for a sandbox. */
export interface SandboxServer {
  /** Base URL. */
  readonly url: string;
  /** A kubeconfig with all rights, YAML. */
  kubeconfig(): string;
  close(): Promise<void>;
}

/**
 * Starts an API server without objects on 127.0.0.1, on the given port or, with 0, on any that is free. Rejects where the
 * port is taken. It runs until `close`.
 */
export type StartServer = (port: number) => Promise<SandboxServer>;
