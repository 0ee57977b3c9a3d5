import { useState } from "preact/hooks";

import type { Client } from "./client.js";
import type { DetailAnswer } from "./types.js";
import type { Connection } from "./useStream.js";
import { useStream } from "./useStream.js";

/** What is known of one routemap. `absent`: there is none of that name, or no longer. */
export interface LiveDetail {
  readonly detail?: DetailAnswer;
  readonly absent: boolean;
  readonly connection: Connection;
}

/** One routemap as a whole; it follows what changes. */
export function useDetail(client: Client, namespace: string, name: string): LiveDetail {
  const [detail, setDetail] = useState<DetailAnswer>();
  const [absent, setAbsent] = useState(false);
  const query = new URLSearchParams({ namespace, name });
  const connection = useStream(client, `stream?${query.toString()}`, (event) => {
    if (event.type === "routemap") {
      setDetail(event.detail);
      setAbsent(false);
    }
    if (event.type === "gone") setAbsent(true);
  });
  return { absent, connection, ...(detail === undefined ? {} : { detail }) };
}
