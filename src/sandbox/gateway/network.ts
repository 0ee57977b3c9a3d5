/** Where a server of the machine listens. */
export interface Address {
  readonly host: string;
  readonly port: number;
}

/** Leads from the address of a Pod, as it stands in the API, to a server; undefined where nobody has it. */
export interface PodNetwork {
  endpointOf(ip: string, port: number): Address | undefined;
}

/** The network of a machine on which Pods have their own addresses. */
export const directNetwork: PodNetwork = { endpointOf: (host, port) => ({ host, port }) };
