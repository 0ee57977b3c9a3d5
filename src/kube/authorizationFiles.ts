import { readFile } from "node:fs/promises";

import { PointsmanError, describeError } from "../base/errors.js";
import type { Result } from "../base/result.js";
import { fail, ok } from "../base/result.js";
import type { Authorization } from "./credentials.js";

/** A secret or certificate: in a file, which may be rotated, or at hand. */
export type Material = { readonly file: string } | { readonly data: Buffer };

/** Where the parts of an authorization come from. `headers` are sent as they are. */
export interface AuthorizationParts {
  readonly ca?: Material;
  readonly cert?: Material;
  readonly key?: Material;
  /** A bearer token (RFC 6750); white space around it is cut off. */
  readonly token?: Material;
  readonly headers?: Readonly<Record<string, string>>;
  readonly rejectUnauthorized?: boolean;
  readonly servername?: string;
}

/** Reads all parts now. A file that cannot be read is PM_CREDENTIALS_INVALID with its path. */
export async function readAuthorization(parts: AuthorizationParts): Promise<Result<Authorization, PointsmanError>> {
  const [ca, cert, key, token] = await Promise.all([
    read(parts.ca),
    read(parts.cert),
    read(parts.key),
    read(parts.token),
  ]);
  if (!ca.ok) return ca;
  if (!cert.ok) return cert;
  if (!key.ok) return key;
  if (!token.ok) return token;
  const bearer = token.value?.toString("utf8").trim() ?? "";
  return ok({
    headers: { ...parts.headers, ...(bearer === "" ? {} : { authorization: `Bearer ${bearer}` }) },
    tls: {
      ...(ca.value === undefined ? {} : { ca: ca.value }),
      ...(cert.value === undefined ? {} : { cert: cert.value }),
      ...(key.value === undefined ? {} : { key: key.value }),
      ...(parts.rejectUnauthorized === undefined ? {} : { rejectUnauthorized: parts.rejectUnauthorized }),
      ...(parts.servername === undefined ? {} : { servername: parts.servername }),
    },
  });
}

async function read(material: Material | undefined): Promise<Result<Buffer | undefined, PointsmanError>> {
  if (material === undefined) return ok(undefined);
  if ("data" in material) return ok(material.data);
  try {
    return ok(await readFile(material.file));
  } catch (thrown) {
    return fail(
      new PointsmanError(
        "PM_CREDENTIALS_INVALID",
        { file: material.file, problem: describeError(thrown) },
        { cause: thrown },
      ),
    );
  }
}
