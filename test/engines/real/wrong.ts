import { cpSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Comparison, Verdict } from "../../../src/model/index.ts";
import { MODEL, check, checkOf, metric, servegate, type Ran } from "./harness.ts";

/** The half of every check that tells wrong numbers, cheap enough for a processor. */
const CHECKS = `numerics: { batch-sizes: [1, 4], tokens: 16, long-prompt: 0 }
accuracy: [{ dataset: arithmetic, questions: 16, concurrency: 4, max-tokens: 64, endpoint: completions }]
`;
/** What finding a fault may cost. */
const MOST_TOKENS = 5_000;

/**
 * An engine whose weights or whose rope base are wrong starts, passes the smoke test and answers fluently. Each is injected for real, into the
 * files that the engine loads, and must be told from the sound model by divergence; the sound model itself, launched again, must not.
 */
export async function wrongAnswers(engine: string, config: (model: string, checks: string) => string): Promise<void> {
  const model = join(mkdtempSync(join(tmpdir(), "servegate-model-")), "model");
  const launched = async (name: string, change: () => void, baseline?: string): Promise<Ran> => {
    cpSync(MODEL, model, { recursive: true });
    change();
    const against = baseline === undefined ? "" : `baseline: { directory: ${baseline} }\n`;
    return servegate(`${engine}-${name}`, config(model, CHECKS + against));
  };
  const sound = await launched("sound", () => {});
  check(`${engine}: the sound model passes`, sound.exitCode === 0, sound.exitCode);
  numericsRan(engine, sound);
  const again = await launched("again", () => {}, sound.dir);
  const quiet = states(again).length > 0 && states(again).every((state) => state === "same");
  check(`${engine}: launched again, it answers as before`, quiet, told(again));
  caught(engine, "half of one layer's attention lost in the weight file", await launched("weights", () => halve(model), sound.dir));
  caught(engine, "a wrong rope base in the configuration", await launched("rope", () => rebase(model), sound.dir));
}

function numericsRan(engine: string, { record }: Ran): void {
  const numerics = checkOf(record.cells[0]?.launches[0], "numerics");
  const kl = metric(record.cells[0]?.launches[0], "prefill_decode_kl");
  if (numerics?.scores !== undefined)
    check(`${engine}: decodes what it prefills (${numerics.message})`, kl !== undefined && kl < 0.0025, numerics);
  else
    check(
      `${engine}: says why it has no scores and keeps greedy answers`,
      numerics?.status === "skipped" && numerics.greedy?.texts.length === 24,
      numerics,
    );
}

function caught(engine: string, fault: string, ran: Ran): void {
  const [launch] = ran.record.cells[0]?.launches ?? [];
  check(`${engine}: with ${fault}, the smoke test passes`, checkOf(launch, "smoke")?.status === "passed", checkOf(launch, "smoke")?.rows);
  const texts = checkOf(launch, "numerics")?.greedy?.texts ?? [];
  const fluent = texts.filter(({ text }) => /\d+ [-+*] \d+ = \d+/.test(text)).length;
  check(`${engine}: … and ${fluent} of ${texts.length} answers read like answers`, fluent * 2 > texts.length, texts);
  check(`${engine}: … and the divergence makes it a regression (accuracy ${metric(launch, "accuracy")} %)`, ran.exitCode === 1, told(ran));
  const spent = tokens(ran);
  check(
    `${engine}: … found with at most ${MOST_TOKENS} tokens (${spent}): ${told(ran)}`,
    /otherwise|other log-prob/.test(told(ran)) && spent <= MOST_TOKENS,
    told(ran),
  );
}

function report({ dir }: Ran): { readonly comparison: Comparison; readonly verdict: Verdict } {
  return JSON.parse(readFileSync(join(dir, "report.json"), "utf8")) as { comparison: Comparison; verdict: Verdict };
}

function states(ran: Ran): string[] {
  const { divergences = [], greedy = [] } = report(ran).comparison;
  return [...divergences, ...greedy].map(({ state }) => state);
}

function told(ran: Ran): string {
  return report(ran)
    .verdict.cells.map(({ class: found, reason }) => `${found}: ${reason}`)
    .join("; ");
}

/** Scored tokens of the fixed texts where there are scores; otherwise what twenty-four greedy answers cost, prompts included. */
function tokens(ran: Ran): number {
  const { divergences = [], greedy = [] } = report(ran).comparison;
  const scored = divergences.find(({ state }) => state === "different");
  return scored?.tokens ?? (greedy[0]?.prompts ?? 0) * (40 + 32) * 2;
}

/** One layer's attention speaks half as loud, as after a loader that reads a wrong scale. */
function halve(model: string): void {
  const file = join(model, "model.safetensors");
  const bytes = readFileSync(file);
  const start = 8 + Number(bytes.readBigUInt64LE(0));
  const header = JSON.parse(bytes.subarray(8, start).toString()) as Record<string, { dtype: string; data_offsets: [number, number] }>;
  const tensor = header["model.layers.1.self_attn.o_proj.weight"];
  if (tensor?.dtype !== "BF16") throw new Error("the tensor to be changed is not there in BF16");
  for (let at = start + tensor.data_offsets[0]; at < start + tensor.data_offsets[1]; at += 2) {
    const bits = bytes.readUInt16LE(at);
    // One less in the exponent is half; what is nearly nothing becomes nothing.
    bytes.writeUInt16LE((bits & 0x7f80) <= 0x80 ? bits & 0x8000 : bits - 0x80, at);
  }
  writeFileSync(file, bytes);
}

function rebase(model: string): void {
  const file = join(model, "config.json");
  const config = JSON.parse(readFileSync(file, "utf8")) as { rope_parameters: { rope_theta: number } };
  config.rope_parameters.rope_theta = 30_000;
  writeFileSync(file, JSON.stringify(config));
}
