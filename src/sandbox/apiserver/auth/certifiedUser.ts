import type { Socket } from "node:net";
import { TLSSocket } from "node:tls";

import type { User } from "./users.js";

/** Users of connections. A certificate is read once: it stays that of its connection. */
export class CertifiedUsers {
  private readonly known = new WeakMap<Socket, User>();

  /** The user whom a connection's client certificate names, if it has one of our authority: common name and organizations. */
  of(socket: Socket): User | undefined {
    if (!(socket instanceof TLSSocket) || !socket.authorized) return undefined;
    const known = this.known.get(socket);
    if (known !== undefined) return known;
    const user = userOf(socket);
    this.known.set(socket, user);
    return user;
  }
}

function userOf(socket: TLSSocket): User {
  const { CN, O } = socket.getPeerCertificate().subject;
  return { name: texts(CN).join(","), groups: [...texts(O), "system:authenticated"] };
}

function texts(attribute: string | readonly string[] | undefined): readonly string[] {
  if (attribute === undefined) return [];
  return typeof attribute === "string" ? [attribute] : attribute;
}
