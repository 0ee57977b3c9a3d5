import { chmod } from "node:fs/promises";
import { build } from "esbuild";

await build({
  entryPoints: { pointsman: "src/main.ts" },
  outdir: "dist",
  outExtension: { ".js": ".mjs" },
  bundle: true,
  platform: "node",
  target: "node20.19",
  format: "esm",
  sourcemap: false,
  legalComments: "none",
  logLevel: "warning",
  banner: {
    js: [
      "#!/usr/bin/env node",
      'import { createRequire as pointsmanCreateRequire } from "node:module";',
      "const require = pointsmanCreateRequire(import.meta.url);",
    ].join("\n"),
  },
});
await chmod("dist/pointsman.mjs", 0o755);
