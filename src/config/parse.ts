import { valid } from "@renovatebot/pep440";
import type { z } from "zod";
import type { Config, Parsed, Price, Problem } from "../model/index.ts";
import { textOf } from "./bytes.ts";
import { unknownKey } from "./explain.ts";
import { milliseconds } from "./leaves.ts";
import { oneLine } from "./one-line.ts";
import { reader } from "./reader.ts";
import type { Reader } from "./reader.ts";
import { documentKeys } from "./json-schema.ts";
import { readBaseline } from "./sections/baseline.ts";
import { readAccuracy } from "./sections/accuracy.ts";
import { readNumerics, readSmoke, somethingIsChecked } from "./sections/checks.ts";
import { readThroughput } from "./sections/throughput.ts";
import { readGates } from "./sections/gates.ts";
import { readLaunch } from "./sections/launch.ts";
import { readLedger } from "./sections/ledger.ts";
import { readMatrix } from "./sections/matrix.ts";
import { readRehearsal } from "./sections/rehearsal.ts";
import * as shape from "./shape/index.ts";
import { readYaml } from "./yaml.ts";

/**
 * The configuration in a YAML file with every default filled in, or everything that is wrong with it, in the order of the file.
 * `file` names it in messages. `today` (`YYYY-MM-DD`), where given, makes expired entries of `expected-failures` Problems here;
 * without it they are judged after the run. Never throws, whatever the bytes.
 */
export function parseConfig(text: string | Uint8Array, file: string, today?: string): Parsed<Config> {
  const decoded = textOf(text, file);
  if (!decoded.ok) return decoded;
  const source = readYaml(decoded.value, file);
  if (!source.ok) return { ok: false, problems: inOrder(source.problems) };
  const document = reader(source.value);
  const config = read(document, today);
  if (document.problems.length === 0 && config !== undefined) return { ok: true, value: config };
  return { ok: false, problems: inOrder(document.problems) };
}

const MOST_PROBLEMS = 100;

/** Every section is read whatever became of the others, so that all Problems are shown at once. */
function read(document: Reader, today: string | undefined): Config | undefined {
  const keys = document.keys([], "`version: 1`");
  // A document that is no map has no sections to be missing.
  if (keys.length === 0 && document.problems.length > 0) return undefined;
  for (const key of keys) known(document, key);
  const version = document.take(shape.version, ["version"]);
  const engine = document.take(shape.engine, ["engine"]);
  const model = document.take(shape.model, ["model"]);
  const engineVersion = readVersion(document);
  const launch = readLaunch(document, engine);
  const machine = document.has(["machine"]) ? document.take(shape.machine, ["machine"]) : {};
  const rehearsal = readRehearsal(document, engine);
  const matrix = readMatrix(document, engine === "rehearsal" ? rehearsal?.dialect : engine);
  const launches = document.has(["launches"]) ? document.take(shape.launches, ["launches"]) : 1;
  const budget = document.has(["budget"]) ? document.take(shape.budget, ["budget"]) : undefined;
  const confirm = document.has(["confirm"]) ? document.take(shape.confirm, ["confirm"]) : undefined;
  const advisory = document.has(["advisory"]) ? document.take(shape.advisory, ["advisory"]) : undefined;
  const bisect = document.has(["bisect"]) ? document.take(shape.bisect, ["bisect"]) : undefined;
  const remedies = document.has(["remedies"]) ? document.take(shape.remedies, ["remedies"]) : undefined;
  const expectedFailures = readLedger(document, matrix, today);
  const smoke = readSmoke(document);
  const accuracy = readAccuracy(document);
  const numerics = readNumerics(document);
  const throughput = readThroughput(document);
  const baseline = readBaseline(document);
  const gates = readGates(document, { matrix, throughput, baseline, today });
  somethingIsChecked(document);
  if (launch?.url !== undefined && (Object.keys(matrix.axes).length > 0 || matrix.include.length > 0))
    document.object(
      ["matrix"],
      "a server that already runs (launch.url) has one configuration, so there can be no matrix",
      "Remove `matrix` or `launch.url`.",
      "key",
    );
  if (
    version === undefined ||
    engine === undefined ||
    model === undefined ||
    launch === undefined ||
    machine === undefined ||
    launches === undefined
  )
    return undefined;
  return {
    version,
    engine,
    ...(engineVersion === undefined ? {} : { engineVersion }),
    model,
    launch,
    machine: {
      ...(machine.gpu === undefined ? {} : { gpu: machine.gpu }),
      ...(machine.count === undefined ? {} : { count: machine.count }),
      ...(machine.wait === undefined ? {} : { waitMs: milliseconds(machine.wait) }),
      ...(machine.price === undefined ? {} : { price: priceOf(machine.price) }),
    },
    matrix,
    launches,
    ...(budget === undefined ? {} : { budget: limits(budget) }),
    ...(confirm === undefined ? {} : { confirm }),
    ...(advisory === undefined ? {} : { advisory }),
    ...(bisect === undefined ? {} : { bisect }),
    ...(remedies === undefined ? {} : { remedies }),
    expectedFailures,
    smoke,
    accuracy,
    ...(numerics === undefined ? {} : { numerics }),
    throughput,
    baseline,
    gates,
    rehearsal,
  };
}

function known(document: Reader, key: string): void {
  if (documentKeys.includes(key)) return;
  const { message, hint } = unknownKey(key, [], documentKeys);
  document.object([key], message, hint, "key");
}

function limits({ minutes, "gpu-hours": gpuHours }: z.infer<typeof shape.budget>): NonNullable<Config["budget"]> {
  return { ...(minutes === undefined ? {} : { minutes }), ...(gpuHours === undefined ? {} : { gpuHours }) };
}

function readVersion(document: Reader): string | undefined {
  const path = ["engine-version"];
  if (!document.has(path) || document.take(shape.engineVersion, path) === undefined) return undefined;
  const written = document.source(path);
  if (valid(written) !== null) return written;
  document.object(path, `"${written.slice(0, 40)}" is not a version`, 'Write one version as PEP 440 has it: `engine-version: "0.5.18"`.');
  return undefined;
}

/** In the order of the file; past a hundred the rest is counted, for nobody reads more. */
function inOrder(problems: readonly Problem[]): readonly Problem[] {
  const sorted = [...problems].sort((a, b) => (a.line ?? 0) - (b.line ?? 0) || (a.column ?? 0) - (b.column ?? 0));
  const shown = sorted.slice(0, MOST_PROBLEMS).map((problem) => oneLine(problem));
  const more = sorted.length - shown.length;
  return more === 0 ? shown : [...shown, { path: "", message: `and ${more} more problems` }];
}

/** `4.20 USD`, as the shape has checked it. */
function priceOf(text: string): Price {
  const [amount = "", currency = ""] = text.split(" ");
  return { amount: Number(amount), currency };
}
