import { Victim } from "../../oracles/http.js";
import { teach } from "../dictionary.js";

const methods = ["GET ", "HEAD ", "POST ", "OPTIONS ", "CONNECT ", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"];
const targets = [
  "/healthz",
  "/metrics",
  "/things/",
  "/api/v1/info",
  "/api/v1/routemaps",
  "http://a/",
  "//",
  "%2f",
  "%",
];
const queries = ["?limit=", "&continue=", "&search=", "&namespace=", "&wait=", "shop/checkout", "__proto__"];
const fields = ["Host: ", "localhost", "Origin: ", "Content-Length: ", "Transfer-Encoding: chunked\r\n", "Upgrade: "];
const signs = [" HTTP/1.1\r\n", " HTTP/1.0\r\n", "\r\n\r\n", "Expect: 100-continue\r\n", "Sec-Fetch-Site: same-origin"];
teach([...methods, ...targets, ...queries, ...fields, ...signs]);

const victims = Promise.all([Victim.operations(), Victim.readApi()]);

/** Bytes on a connection to the server of operations, and to that of the read API. */
export async function fuzz(data: Buffer): Promise<void> {
  for (const victim of await victims) await victim.judge(data);
}
