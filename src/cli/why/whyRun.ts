import { PointsmanError } from "../../base/errors.js";
import { nearest } from "../../base/suggest.js";
import type { Clock } from "../../base/clock.js";
import { systemClock } from "../../base/clock.js";
import type { ControllerConfig } from "../../config/config.js";
import { explainSnapshot } from "../../routing/explain/explainSnapshot.js";
import type { Explanation } from "../../routing/explain/explanation.js";
import { withFieldOwners } from "../../routing/explain/fieldOwners.js";
import { readManifests } from "../../routing/snapshot/manifests.js";
import { snapshot } from "../../routing/snapshot/snapshot.js";
import type { Arguments } from "../arguments.js";
import type { OpenCluster } from "../cluster.js";
import { readCluster } from "../clusterRead.js";
import type { Io } from "../command.js";
import { readConfig, readText } from "../inputs.js";
import { placed } from "../placed.js";
import { fetchExplanation } from "../readApi.js";
import { lookOf } from "../table.js";
import type { WhyOption } from "../why.js";
import { structured } from "../structured.js";
import { whyText } from "./whyText.js";

/** What `why` reads from. */
export interface WhyParts {
  readonly openCluster: OpenCluster;
  /** Reads standard input. */
  readonly readInput: () => Promise<string>;
}

/** What was asked. */
interface Question {
  readonly args: Arguments<WhyOption>;
  readonly io: Io;
  readonly parts: WhyParts;
  readonly routemap: string;
  readonly config: ControllerConfig;
  readonly clock: Clock;
}

/** Runs `why`; returns the exit code. */
export async function runWhy(args: Arguments<WhyOption>, io: Io, parts: WhyParts): Promise<number> {
  const [operand = ""] = args.operands;
  const [routemap = "", version, ...rest] = operand.split("/");
  if (routemap === "" || version === "" || rest.length > 0) {
    const problem = "name a routemap, or a routemap and a version: pointsman why NAME[/VERSION]";
    throw new PointsmanError("PM_USAGE", { problem });
  }
  const config = await readConfig(args.text("config"), io);
  if (config === undefined) return 1;
  const explanation = await answer({ args, io, parts, routemap, config, clock: systemClock });
  if (explanation === undefined) return 1;
  if (version !== undefined && !explanation.versions.some(({ name }) => name === version))
    throw new PointsmanError("PM_USAGE", { problem: unknownVersion(explanation, version) });
  const format = args.text("output") ?? "text";
  const told = version === undefined ? explanation : narrowed(explanation, version);
  io.stdout.write(format === "text" ? whyText(explanation, version, lookOf(io.stdout, io)) : structured(told, format));
  return 0;
}

function narrowed(explanation: Explanation, version: string): Explanation {
  return { ...explanation, versions: explanation.versions.filter(({ name }) => name === version) };
}

async function answer(question: Question): Promise<Explanation | undefined> {
  const { args } = question;
  if (args.text("server") !== undefined) return fromController(question, args.text("server") ?? "");
  return args.list("file").length > 0 ? fromFiles(question) : fromCluster(question);
}

async function fromController({ args, parts, routemap }: Question, server: string): Promise<Explanation> {
  if (!URL.canParse(server))
    throw new PointsmanError("PM_USAGE", {
      problem: `--server ${JSON.stringify(server)} is no URL, such as http://127.0.0.1:8081`,
    });
  const namespace = args.text("namespace") ?? "default";
  const file = args.text("token-file");
  const token = file === undefined ? {} : { token: (await readText(file, parts.readInput)).trim() };
  const found = await fetchExplanation({ server, ...token }, namespace, routemap, new AbortController().signal);
  if (found !== undefined) return found;
  throw new PointsmanError("PM_USAGE", { problem: `the controller knows no routemap ${namespace}/${routemap}` });
}

async function fromFiles({ args, io, parts, routemap, config, clock }: Question): Promise<Explanation | undefined> {
  const namespace = args.text("namespace") ?? "default";
  const read = await Promise.all(
    args.list("file").map(async (file) => {
      const text = await readText(file, parts.readInput);
      return { file, result: readManifests(file, text, namespace) };
    }),
  );
  for (const { file, result } of read)
    if (!result.ok) for (const problem of result.error) io.stderr.write(placed(file, problem));
  if (read.some(({ result }) => !result.ok)) return undefined;
  const objects = read.flatMap(({ result }) => (result.ok ? result.value : []));
  const now = { monotonic: clock.monotonic(), server: clock.now() };
  return pick({ objects, config, now }, namespace, routemap);
}

async function fromCluster({ args, io, parts, routemap, config }: Question): Promise<Explanation> {
  const kubeconfig = args.text("kubeconfig");
  const cluster = await parts.openCluster({ kubeconfig, env: io.env });
  try {
    const namespace = args.text("namespace") ?? cluster.namespace;
    const reading = await readCluster(cluster, { config, namespace }, new AbortController().signal);
    for (const note of reading.notes) io.stderr.write(`pointsman: ${note}\n`);
    return pick(reading.input, namespace, routemap);
  } finally {
    cluster.close();
  }
}

function pick(input: Parameters<typeof snapshot>[0], namespace: string, name: string): Explanation {
  const { routemaps } = snapshot({ ...input, datedByWrites: true });
  const here = routemaps.filter(({ object }) => object.metadata.namespace === namespace);
  const found = here.find(({ object }) => object.metadata.name === name);
  if (found !== undefined) return withFieldOwners(explainSnapshot(found, input.now), input);
  const meant = nearest(
    name,
    here.map(({ object }) => object.metadata.name),
  );
  const hint = meant === undefined ? "" : `; did you mean ${meant}?`;
  throw new PointsmanError("PM_USAGE", { problem: `there is no routemap ${namespace}/${name}${hint}` });
}

function unknownVersion({ namespace, name, versions, conditions }: Explanation, version: string): string {
  const meant = nearest(
    version,
    versions.map((known) => known.name),
  );
  const hint = meant === undefined ? "" : `; did you mean ${meant}?`;
  const invalid = conditions.find(({ type }) => type === "SpecInvalid");
  const edit = invalid === undefined ? "" : `; the latest edit of the spec is not in force: ${invalid.message}`;
  const known = versions.map((each) => each.name).join(", ");
  return `routemap ${namespace}/${name} has no version ${version}${hint} (it has ${known || "none"})${edit}`;
}
