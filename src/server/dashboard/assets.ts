import { readFile } from "node:fs/promises";
import { join } from "node:path";

import type { Reply } from "../reply.js";
import { text } from "../reply.js";
import type { Route } from "../router.js";

const assets = [
  { path: "/", file: "index.html", contentType: "text/html; charset=utf-8" },
  { path: "/app.js", file: "app.js", contentType: "text/javascript; charset=utf-8" },
  { path: "/app.css", file: "app.css", contentType: "text/css; charset=utf-8" },
  { path: "/icon.svg", file: "icon.svg", contentType: "image/svg+xml" },
] as const;

/** The page, its script, its style and its icon, from the folder the build has put them in. Read when first asked for. */
export function dashboardRoutes(folder: string): readonly Route[] {
  const read = new Map<string, Promise<Reply>>();
  return assets.map(({ path, file, contentType }) => ({
    path,
    handle() {
      const known = read.get(file);
      if (known !== undefined) return known;
      const reading = readFile(join(folder, file), "utf8").then(
        (body) => ({ ...text(200, body), contentType }),
        (error: unknown) => {
          read.delete(file);
          throw error;
        },
      );
      read.set(file, reading);
      return reading;
    },
  }));
}
