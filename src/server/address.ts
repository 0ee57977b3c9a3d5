import type { Result } from "../base/result.js";
import { fail, ok } from "../base/result.js";

/** Where to listen. Without a host: on every address. Port 0 takes any free port. */
export interface ListenAddress {
  readonly host?: string;
  readonly port: number;
}

/** Reads "HOST:PORT", "[IPV6]:PORT" or ":PORT". The error says what is wrong and what to write. */
export function parseAddress(text: string): Result<ListenAddress, string> {
  const found = /^(?:\[([0-9A-Fa-f:.]+)\]|([^:[\]\s]*)):(\d{1,5})$/.exec(text);
  const port = Number(found?.[3]);
  if (found === null || port > 65_535)
    return fail(`${JSON.stringify(text)} is no address; write HOST:PORT or :PORT, for example 127.0.0.1:8080`);
  const host = found[1] ?? found[2] ?? "";
  return ok(host === "" ? { port } : { host, port });
}

/** An address as a user writes it. */
export function formatAddress({ host, port }: ListenAddress): string {
  if (host === undefined) return `:${port}`;
  return host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`;
}

/** Whether only this machine can reach an address: `localhost`, 127.0.0.0/8 and ::1. */
export function isLoopback({ host }: ListenAddress): boolean {
  return host !== undefined && /^(localhost|127(\.\d{1,3}){3}|::1)$/i.test(host);
}
