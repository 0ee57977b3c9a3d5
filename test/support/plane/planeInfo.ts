import { readFileSync } from "node:fs";

import type { Json } from "../../../src/base/json.js";
import { stringAt } from "../../../src/base/json.js";

/** What one needs to know of a running control plane, as it is handed from process to process. */
export interface PlaneInfo {
  readonly url: string;
  /** PEM; the client certificate is in the group system:masters. */
  readonly ca: string;
  readonly certificate: string;
  readonly privateKey: string;
  readonly kubeconfigPath: string;
  readonly etcdUrl: string;
  /** Holds the credential files and the logs. */
  readonly folder: string;
  readonly binaries: string;
}

/** Reads the description that the setup left. */
export function readPlaneInfo(file: string): PlaneInfo {
  const json = JSON.parse(readFileSync(file, "utf8")) as Json;
  const text = (key: keyof PlaneInfo): string => {
    const value = stringAt(json, key);
    if (value === undefined) throw new Error(`${file}: ${key} is missing`);
    return value;
  };
  return {
    url: text("url"),
    ca: text("ca"),
    certificate: text("certificate"),
    privateKey: text("privateKey"),
    kubeconfigPath: text("kubeconfigPath"),
    etcdUrl: text("etcdUrl"),
    folder: text("folder"),
    binaries: text("binaries"),
  };
}
