import { createReadStream } from "node:fs";
import { mkdir } from "node:fs/promises";
import { join, resolve } from "node:path";
import { Command } from "commander";
import { propose, startDiagnosis, type LogScene } from "../diagnose/index.ts";
import { ENGINE_IDS, EXIT, type Diagnosis, type EngineId, type Remedy } from "../model/index.ts";
import { saveText } from "../record/index.ts";
import { err, json, out, refuse } from "./print.ts";

interface Options {
  readonly json?: boolean;
  readonly engine?: string;
  readonly exitCode?: string;
  readonly propose?: string | true;
}

export function diagnoseCommand(): Command {
  return new Command("diagnose")
    .description("Read a server's log and say what broke, why, and what to do")
    .argument("<file>", "log file, or - for standard input")
    .option("--engine <engine>", "whose log it is; recognised by itself where possible")
    .option("--exit-code <code>", "how the server ended")
    .option("--json", "print the diagnosis as JSON")
    .option("--propose [folder]", "write a signature file and its sample for an error that no signature knows (default: this folder)")
    .action(diagnoseFile);
}

async function diagnoseFile(file: string, options: Options): Promise<void> {
  const engine = ENGINE_IDS.find((id) => id === options.engine);
  if (options.engine !== undefined && engine === undefined) {
    return refuse([{ path: "--engine", message: `unknown engine "${options.engine}"`, hint: `Write one of ${ENGINE_IDS.join(", ")}.` }]);
  }
  const exitCode = options.exitCode === undefined ? undefined : Number(options.exitCode);
  if (exitCode !== undefined && !Number.isInteger(exitCode)) {
    return refuse([
      { path: "--exit-code", message: `"${options.exitCode}" is no whole number`, hint: "Write the number the server exited with." },
    ]);
  }
  let diagnosis: Diagnosis;
  try {
    diagnosis = await read(file, sceneOf(engine, exitCode));
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === undefined) throw error;
    return refuse([{ path: file, message: `cannot be read (${code})`, hint: "Name a log file, or - to read standard input." }]);
  }
  if (options.json === true) json(diagnosis);
  else out(diagnosisText(diagnosis));
  if (options.propose !== undefined) await write(diagnosis, resolve(options.propose === true ? "." : options.propose));
  process.exitCode = diagnosis.class === "healthy" ? EXIT.pass : EXIT.failed;
}

async function write(diagnosis: Diagnosis, folder: string): Promise<void> {
  const proposal = propose(diagnosis);
  if (proposal === undefined) return err("Nothing to propose: no error without a signature that could be told by its words was found.");
  await mkdir(folder, { recursive: true });
  const signature = join(folder, `${proposal.id}.ts`);
  const sample = join(folder, `${proposal.id}.log`);
  await saveText(signature, proposal.signature);
  await saveText(sample, proposal.sample);
  err(
    `Signature: ${signature} (src/diagnose/signatures/, and a line in its index.ts)\nSample: ${sample} (test/corpus/failures/; check it for secrets)`,
  );
}

function sceneOf(engine: EngineId | undefined, exitCode: number | undefined): LogScene {
  return { ...(engine === undefined ? {} : { engine }), ...(exitCode === undefined ? {} : { exitCode }) };
}

/** Reads the log in pieces, so that a file of any size takes bounded memory. */
async function read(file: string, scene: LogScene): Promise<Diagnosis> {
  const diagnosing = startDiagnosis(scene);
  const input = file === "-" ? process.stdin : createReadStream(file);
  for await (const chunk of input) diagnosing.read(chunk as Buffer);
  return diagnosing.finish();
}

function diagnosisText(found: Diagnosis): string {
  if (found.class === "healthy") return "healthy: no failure was recognised.";
  const where = [found.worker, found.phase === undefined ? undefined : `phase ${found.phase}`]
    .filter((part) => part !== undefined)
    .join(", ");
  return [
    `${found.class}: ${found.title}${where === "" ? "" : ` (${where})`}`,
    "",
    `Why (${found.confidence}): ${found.rootCause}`,
    "",
    "Evidence:",
    ...found.evidence.map((line) => `  ${line}`),
    "",
    "Try, in this order:",
    ...found.remedies.map((remedy, index) => `  ${index + 1}. ${remedyText(remedy)}`),
    ...(found.sources.length === 0 ? [] : ["", "See:", ...found.sources.map((source) => `  ${source}`)]),
  ].join("\n");
}

function remedyText(remedy: Remedy): string {
  const axes = Object.entries(remedy.axes ?? {}).map(([axis, value]) => `${axis}: ${value}`);
  const how = [...axes, ...(remedy.command === undefined ? [] : [remedy.command])].join(", ");
  return how === "" ? remedy.text : `${remedy.text} (${how})`;
}
