import type { Socket } from "node:net";
import { TLSSocket } from "node:tls";

import type { User } from "./users.js";

/** The user whom a connection's client certificate names, if it has one of our authority: common name and organizations. */
export function certifiedUser(socket: Socket): User | undefined {
  if (!(socket instanceof TLSSocket) || !socket.authorized) return undefined;
  const { CN, O } = socket.getPeerCertificate().subject;
  return { name: texts(CN).join(","), groups: [...texts(O), "system:authenticated"] };
}

function texts(attribute: string | readonly string[] | undefined): readonly string[] {
  if (attribute === undefined) return [];
  return typeof attribute === "string" ? [attribute] : attribute;
}
