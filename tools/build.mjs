import { chmod, copyFile, mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";

import { build } from "esbuild";
import { parseAllDocuments } from "yaml";

// `--single` writes dist/image/pointsman.mjs, one file with everything in it, for the container image.
const single = process.argv.includes("--single");
const outdir = single ? "dist/image" : "dist";

const { metafile } = await build({
  entryPoints: { pointsman: "src/main.ts" },
  outdir,
  outExtension: { ".js": ".mjs" },
  bundle: true,
  // What is imported on demand stays in files of its own, and out of memory until then.
  splitting: !single,
  chunkNames: "chunks/[name]-[hash]",
  // Under the condition "node" rxjs is CommonJS, of which nothing can be left out.
  alias: { rxjs: "./node_modules/rxjs/dist/esm/index.js" },
  platform: "node",
  target: "node20.19",
  format: "esm",
  // The text of the program stays in memory as long as it runs. Names are kept, so stack traces can be read.
  minifyWhitespace: true,
  minifySyntax: true,
  lineLimit: 120,
  sourcemap: false,
  legalComments: "none",
  logLevel: "warning",
  metafile: true,
  banner: {
    js: [
      "#!/usr/bin/env node",
      'import { createRequire as pointsmanCreateRequire } from "node:module";',
      "const require = pointsmanCreateRequire(import.meta.url);",
    ].join("\n"),
  },
});
await chmod(`${outdir}/pointsman.mjs`, 0o755);
for (const file of await readdir("dist/chunks").catch(() => []))
  if (!single && metafile.outputs[`dist/chunks/${file}`] === undefined) await rm(`dist/chunks/${file}`);

// The dashboard's page: a script, a style sheet, and two files as they are. Browsers of the last two years run it.
await build({
  entryPoints: { app: "src/server/dashboard/page/main.ts", style: "src/server/dashboard/page/app.css" },
  outdir: `${outdir}/dashboard`,
  entryNames: "app",
  bundle: true,
  platform: "browser",
  target: ["chrome123", "firefox121", "safari17.5"],
  format: "esm",
  minify: true,
  sourcemap: false,
  legalComments: "none",
  logLevel: "warning",
});
for (const file of ["index.html", "icon.svg"])
  await copyFile(`src/server/dashboard/page/${file}`, `${outdir}/dashboard/${file}`);

// The definitions of the kinds that a sandbox has. As JSON they cost its start nothing.
if (!single) {
  await rm("dist/crds", { recursive: true, force: true });
  await mkdir("dist/crds");
  for (const file of await readdir("src/sandbox/crds")) {
    const documents = parseAllDocuments(await readFile(`src/sandbox/crds/${file}`, "utf8"));
    const text = JSON.stringify(documents.map((document) => document.toJS()));
    await writeFile(`dist/crds/${file.replace(/\.yaml$/, ".json")}`, text);
  }
}

// The library `pointsman/stats`: one file without imports, for any JavaScript runtime.
if (!single)
  await build({
    entryPoints: { stats: "src/stats/index.ts" },
    outdir: "dist",
    outExtension: { ".js": ".mjs" },
    bundle: true,
    platform: "neutral",
    target: "es2022",
    format: "esm",
    minifyWhitespace: true,
    minifySyntax: true,
    lineLimit: 120,
    sourcemap: false,
    legalComments: "none",
    logLevel: "warning",
  });
