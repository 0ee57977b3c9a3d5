import type { KeyObject } from "node:crypto";
import { createHash, generateKeyPairSync, randomBytes, sign } from "node:crypto";
import { isIPv4, isIPv6 } from "node:net";

import * as der from "./der.js";

/** A certificate and its private key, both PEM (the key as PKCS #8). */
export interface Credentials {
  readonly certificate: string;
  readonly privateKey: string;
}

/** From when until when a certificate holds, milliseconds since the epoch. */
export interface Validity {
  readonly from: number;
  readonly to: number;
}

/** What a certificate is asked for. Kubernetes reads a client's user from `commonName`, its groups from `organizations`. */
export interface CertificateRequest {
  readonly commonName: string;
  readonly organizations?: readonly string[];
  readonly usage: "server" | "client";
  /** Names and IP addresses (v4 or v6, full form) a server is reached by. */
  readonly hosts?: readonly string[];
}

/** A certificate authority of our own, for servers that only tests and the sandbox talk to. */
export interface Authority {
  /** The authority's own certificate, PEM: what clients must trust. */
  readonly certificate: string;
  issue(request: CertificateRequest): Credentials;
}

interface KeyPair {
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
}

const oids = {
  commonName: "2.5.4.3",
  organization: "2.5.4.10",
  ecdsaWithSha256: "1.2.840.10045.4.3.2",
  basicConstraints: "2.5.29.19",
  keyUsage: "2.5.29.15",
  extendedKeyUsage: "2.5.29.37",
  subjectKeyIdentifier: "2.5.29.14",
  authorityKeyIdentifier: "2.5.29.35",
  subjectAlternativeName: "2.5.29.17",
  server: "1.3.6.1.5.5.7.3.1",
  client: "1.3.6.1.5.5.7.3.2",
} as const;

const algorithm = der.sequence(der.objectIdentifier(oids.ecdsaWithSha256));

/** Makes an authority with a fresh P-256 key, which never leaves it. Keys and serials come from the system's generator. */
export function createAuthority(commonName: string, validity: Validity): Authority {
  const keys = newKeys();
  const issuer = distinguishedName(commonName, []);
  const certificate = certify(
    { subject: issuer, publicKey: keys.publicKey, issuer, validity, signer: keys.privateKey },
    [
      extension(oids.basicConstraints, true, der.sequence(der.boolean(true))),
      // keyCertSign and cRLSign: bits 5 and 6 (RFC 5280 §4.2.1.3).
      extension(oids.keyUsage, true, der.bitString(Buffer.from([0x06]), 1)),
      extension(oids.subjectKeyIdentifier, false, der.octetString(keyIdentifier(keys.publicKey))),
    ],
  );
  return {
    certificate,
    issue(request) {
      const own = newKeys();
      const subject = distinguishedName(request.commonName, request.organizations ?? []);
      return {
        certificate: certify(
          { subject, publicKey: own.publicKey, issuer, validity, signer: keys.privateKey },
          leafExtensions(request, keyIdentifier(keys.publicKey)),
        ),
        privateKey: pem(own.privateKey),
      };
    },
  };
}

interface ToBeSigned {
  readonly subject: Buffer;
  readonly publicKey: KeyObject;
  readonly issuer: Buffer;
  readonly validity: Validity;
  readonly signer: KeyObject;
}

function certify(parts: ToBeSigned, extensions: readonly Buffer[]): string {
  const body = der.sequence(
    der.explicit(0, der.unsignedInteger(Buffer.from([2]))), // version 3
    der.unsignedInteger(randomBytes(16)),
    algorithm,
    parts.issuer,
    der.sequence(der.time(parts.validity.from), der.time(parts.validity.to)),
    parts.subject,
    parts.publicKey.export({ type: "spki", format: "der" }),
    der.explicit(3, der.sequence(...extensions)),
  );
  const whole = der.sequence(body, algorithm, der.bitString(sign("sha256", body, parts.signer)));
  const lines = whole.toString("base64").match(/.{1,64}/g) ?? [];
  return ["-----BEGIN CERTIFICATE-----", ...lines, "-----END CERTIFICATE-----", ""].join("\n");
}

function leafExtensions(request: CertificateRequest, authorityKey: Buffer): Buffer[] {
  const extensions = [
    extension(oids.basicConstraints, true, der.sequence()),
    // digitalSignature: bit 0.
    extension(oids.keyUsage, true, der.bitString(Buffer.from([0x80]), 7)),
    extension(oids.extendedKeyUsage, false, der.sequence(der.objectIdentifier(oids[request.usage]))),
    extension(oids.authorityKeyIdentifier, false, der.sequence(der.implicit(0, authorityKey))),
  ];
  const hosts = request.hosts ?? [];
  if (hosts.length > 0)
    extensions.push(extension(oids.subjectAlternativeName, false, der.sequence(...hosts.map(generalName))));
  return extensions;
}

function extension(oid: string, critical: boolean, value: Buffer): Buffer {
  const flag = critical ? [der.boolean(true)] : [];
  return der.sequence(der.objectIdentifier(oid), ...flag, der.octetString(value));
}

function distinguishedName(commonName: string, organizations: readonly string[]): Buffer {
  const attribute = (oid: string, text: string): Buffer =>
    der.set(der.sequence(der.objectIdentifier(oid), der.utf8String(text)));
  return der.sequence(
    ...organizations.map((name) => attribute(oids.organization, name)),
    attribute(oids.commonName, commonName),
  );
}

/** dNSName or iPAddress (RFC 5280 §4.2.1.6). */
function generalName(host: string): Buffer {
  if (isIPv4(host)) return der.implicit(7, Buffer.from(host.split(".").map(Number)));
  if (isIPv6(host)) return der.implicit(7, ipv6Bytes(host));
  return der.implicit(2, Buffer.from(host, "ascii"));
}

function ipv6Bytes(address: string): Buffer {
  const [head = "", tail = ""] = address.split("::");
  const groups = (text: string): string[] => (text === "" ? [] : text.split(":"));
  const missing = 8 - groups(head).length - groups(tail).length;
  const all = [...groups(head), ...Array.from({ length: missing }, () => "0"), ...groups(tail)];
  return Buffer.from(all.map((group) => group.padStart(4, "0")).join(""), "hex");
}

/** SHA-1 of the public point (RFC 5280 §4.2.1.2, method 1). The point is the last 65 bytes of a P-256 SPKI. */
function keyIdentifier(key: KeyObject): Buffer {
  return createHash("sha1")
    .update(key.export({ type: "spki", format: "der" }).subarray(-65))
    .digest();
}

function newKeys(): KeyPair {
  return generateKeyPairSync("ec", { namedCurve: "prime256v1" });
}

function pem(key: KeyObject): string {
  return key.export({ type: "pkcs8", format: "pem" }).toString();
}
