/** Where a connection goes. */
export interface Endpoint {
  readonly host: string;
  readonly port: number;
}

/**
 * How the addresses that Pods have in the API lead to their servers. The API server refuses endpoints on loopback, so
 * either those addresses exist on this machine or somebody translates them.
 */
export interface PodNetwork {
  /** Where the server of a Pod is to listen for this port; port 0 means any that is free. */
  bindTo(ip: string, port: number): Endpoint;
  /** Notes where the server listens now. */
  attach(ip: string, port: number, at: Endpoint): void;
  /** Notes that nobody listens any more. */
  detach(ip: string, port: number): void;
  /** What to connect to for a Pod's address and port; undefined: nobody listens, as good as a refused connection. */
  endpointOf(ip: string, port: number): Endpoint | undefined;
}

/**
 * Pods listen on their own addresses. Needs a network namespace where all of them are local
 * (`ip route add local 10.1.0.0/16 dev lo`).
 */
export class AddressNetwork implements PodNetwork {
  bindTo(ip: string, port: number): Endpoint {
    return { host: ip, port };
  }

  attach(): void {
    // The kernel knows.
  }

  detach(): void {
    // The kernel knows.
  }

  endpointOf(ip: string, port: number): Endpoint {
    return { host: ip, port };
  }
}

/** Pods listen on free ports of 127.0.0.1; whoever wants to reach one asks for its endpoint before each connection. */
export class LoopbackNetwork implements PodNetwork {
  private readonly endpoints = new Map<string, Endpoint>();

  bindTo(_ip: string, _port: number): Endpoint {
    return { host: "127.0.0.1", port: 0 };
  }

  attach(ip: string, port: number, at: Endpoint): void {
    this.endpoints.set(keyOf(ip, port), at);
  }

  detach(ip: string, port: number): void {
    this.endpoints.delete(keyOf(ip, port));
  }

  endpointOf(ip: string, port: number): Endpoint | undefined {
    return this.endpoints.get(keyOf(ip, port));
  }
}

/** The network for a way to bind: on the Pods' own addresses, or on loopback. */
export function podNetwork(bind: "address" | "loopback"): PodNetwork {
  return bind === "address" ? new AddressNetwork() : new LoopbackNetwork();
}

function keyOf(ip: string, port: number): string {
  return `${ip}:${port}`;
}
