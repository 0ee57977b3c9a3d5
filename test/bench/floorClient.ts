import type { IncomingMessage } from "node:http";
import { Agent, request } from "node:https";

import { describeError } from "../../src/base/errors.js";
import type { Json } from "../../src/base/json.js";
import { stringAt } from "../../src/base/json.js";
import type { PlaneInfo } from "../support/plane/planeInfo.js";

/** One request to the API server over a connection that is kept; returns the body and throws on a status from 400. */
export type Send = (method: string, path: string, contentType?: string, body?: string) => Promise<string>;

/** Reads a watch for ever, line by line. */
export type Follow = (path: string, onLine: (line: string) => void) => Promise<void>;

/** The barest client that is still fair: `node:https`, one pool of kept connections for requests and one for watches. */
export function bareClient(info: PlaneInfo): { readonly send: Send; readonly follow: Follow } {
  const tls = { ca: info.ca, cert: info.certificate, key: info.privateKey, keepAlive: true };
  const requests = new Agent(tls);
  const watches = new Agent(tls);
  const open = (agent: Agent, method: string, path: string, contentType?: string, body?: string) =>
    new Promise<IncomingMessage>((resolve, reject) => {
      const headers =
        body === undefined ? {} : { "content-type": contentType, "content-length": Buffer.byteLength(body) };
      const outgoing = request(new URL(path, info.url), { agent, method, headers }, resolve);
      outgoing.once("error", reject);
      outgoing.end(body);
    });
  return {
    async send(method, path, contentType, body) {
      const response = await open(requests, method, path, contentType, body);
      const text = await textOf(response);
      if ((response.statusCode ?? 0) >= 400) throw new Error(`${method} ${path}: ${text}`);
      return text;
    },
    async follow(path, onLine) {
      const response = await open(watches, "GET", path);
      if (response.statusCode !== 200) throw new Error(`watch ${path}: ${await textOf(response)}`);
      let rest = "";
      response.setEncoding("utf8");
      response.on("data", (chunk: string) => {
        const lines = (rest + chunk).split("\n");
        rest = lines.pop() ?? "";
        lines.forEach(onLine);
      });
    },
  };
}

function textOf(response: IncomingMessage): Promise<string> {
  return new Promise((resolve, reject) => {
    const chunks: string[] = [];
    response.setEncoding("utf8");
    response.on("data", (chunk: string) => chunks.push(chunk));
    response.once("end", () => resolve(chunks.join("")));
    response.once("error", reject);
  });
}

/** The event in a line of a watch; throws where the watch has failed. */
export function eventIn(line: string): Json {
  const event = JSON.parse(line) as Json;
  if (stringAt(event, "type") === "ERROR") throw new Error(line);
  return event;
}

/** Ends a floor that has failed. */
export function failFloor(thrown: unknown): void {
  process.stderr.write(`floor: ${describeError(thrown)}\n`);
  process.exit(1);
}
