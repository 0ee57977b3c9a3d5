import { describe, expect, test } from "@jest/globals";
import { X509Certificate, createPrivateKey } from "node:crypto";
import type { AddressInfo } from "node:net";
import { connect, createServer } from "node:tls";
import type { TLSSocket } from "node:tls";

import type { Credentials } from "../../../src/sandbox/certificates.js";
import { createAuthority } from "../../../src/sandbox/certificates.js";

const validity = { from: Date.UTC(2020, 0, 1), to: Date.UTC(2049, 11, 31, 23, 59, 59) };

describe("an authority", () => {
  const authority = createAuthority("test-ca", validity);
  const root = new X509Certificate(authority.certificate);

  test("signs itself and may sign others", () => {
    expect(root.ca).toBe(true);
    expect(root.subject).toBe("CN=test-ca");
    expect(root.verify(root.publicKey)).toBe(true);
  });

  test("issues a server certificate for names and addresses of both families", () => {
    const hosts = ["localhost", "127.0.0.1", "::1", "2001:db8::7"];
    const issued = authority.issue({ commonName: "server", usage: "server", hosts });
    const leaf = new X509Certificate(issued.certificate);
    expect(leaf.checkIssued(root)).toBe(true);
    expect(leaf.verify(root.publicKey)).toBe(true);
    expect(leaf.ca).toBe(false);
    expect(leaf.checkHost("localhost")).toBe("localhost");
    expect(leaf.checkHost("elsewhere")).toBeUndefined();
    for (const address of hosts.slice(1)) expect(leaf.checkIP(address)).toBe(address);
    expect(leaf.checkIP("127.0.0.2")).toBeUndefined();
    expect(leaf.keyUsage).toEqual(["1.3.6.1.5.5.7.3.1"]);
    expect(leaf.checkPrivateKey(createPrivateKey(issued.privateKey))).toBe(true);
  });

  test("issues a client certificate with groups in its subject", () => {
    const issued = authority.issue({ commonName: "admin", organizations: ["system:masters"], usage: "client" });
    const leaf = new X509Certificate(issued.certificate);
    expect(leaf.subject).toBe("O=system:masters\nCN=admin");
    expect(leaf.keyUsage).toEqual(["1.3.6.1.5.5.7.3.2"]);
    expect(leaf.subjectAltName).toBeUndefined();
  });

  test("keeps the asked times, in both notations of a date", () => {
    expect(Date.parse(root.validFrom)).toBe(validity.from);
    expect(Date.parse(root.validTo)).toBe(validity.to);
    const late = { from: Date.UTC(2050, 0, 1), to: Date.UTC(2150, 5, 7, 8, 9, 10) };
    const other = new X509Certificate(createAuthority("late", late).certificate);
    expect(Date.parse(other.validFrom)).toBe(late.from);
    expect(Date.parse(other.validTo)).toBe(late.to);
  });

  test("gives every certificate a serial of its own", () => {
    const serials = Array.from({ length: 20 }, () => {
      const issued = authority.issue({ commonName: "x", usage: "client" });
      return new X509Certificate(issued.certificate).serialNumber;
    });
    expect(new Set(serials).size).toBe(20);
  });

  test("is trusted in a mutual TLS handshake, and another authority of the same name is not", async () => {
    const server = authority.issue({ commonName: "server", usage: "server", hosts: ["127.0.0.1"] });
    const ours = authority.issue({ commonName: "admin", usage: "client" });
    const theirs = createAuthority("test-ca", validity).issue({ commonName: "admin", usage: "client" });
    expect(await peerOf(authority.certificate, server, ours)).toBe("admin");
    expect(await peerOf(authority.certificate, server, theirs)).toBe("refused");
  });
});

/** Common name the server sees of a client that presents `client`, or "refused". */
function peerOf(ca: string, server: Credentials, client: Credentials): Promise<string> {
  return new Promise((resolve, reject) => {
    const listener = createServer(
      { ca, cert: server.certificate, key: server.privateKey, requestCert: true, rejectUnauthorized: true },
      (socket: TLSSocket) => {
        const name = socket.getPeerCertificate().subject.CN;
        socket.destroy();
        finish(String(name));
      },
    );
    const finish = (answer: string): void => {
      listener.close(() => resolve(answer));
    };
    listener.on("tlsClientError", () => finish("refused"));
    listener.listen(0, "127.0.0.1", () => {
      const { port } = addressOf(listener.address(), reject);
      const socket = connect({ port, host: "127.0.0.1", ca, cert: client.certificate, key: client.privateKey });
      socket.on("error", () => socket.destroy());
      socket.resume();
    });
  });
}

function addressOf(address: AddressInfo | string | null, reject: (error: Error) => void): { readonly port: number } {
  if (address !== null && typeof address !== "string") return address;
  reject(new Error("the listener has no port"));
  return { port: 0 };
}
