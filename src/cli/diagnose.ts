import { createReadStream } from "node:fs";
import { createInterface } from "node:readline";
import { Command } from "commander";
import { diagnose } from "../diagnose/index.ts";
import { ENGINE_IDS, EXIT, type Diagnosis, type EngineId, type Remedy } from "../model/index.ts";
import { json, out, refuse } from "./print.ts";

interface Options {
  readonly json?: boolean;
  readonly engine?: string;
  readonly exitCode?: string;
}

export function diagnoseCommand(): Command {
  return new Command("diagnose")
    .description("Read a server's log and say what broke, why, and what to do")
    .argument("<file>", "log file, or - for standard input")
    .option("--engine <engine>", "whose log it is; recognised by itself where possible")
    .option("--exit-code <code>", "how the server ended")
    .option("--json", "print the diagnosis as JSON")
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
    diagnosis = diagnose(await linesOf(file), sceneOf(engine, exitCode));
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === undefined) throw error;
    return refuse([{ path: file, message: `cannot be read (${code})`, hint: "Name a log file, or - to read standard input." }]);
  }
  if (options.json === true) json(diagnosis);
  else out(diagnosisText(diagnosis));
  process.exitCode = diagnosis.class === "healthy" ? EXIT.pass : EXIT.failed;
}

function sceneOf(engine: EngineId | undefined, exitCode: number | undefined): { engine?: EngineId; exitCode?: number } {
  return { ...(engine === undefined ? {} : { engine }), ...(exitCode === undefined ? {} : { exitCode }) };
}

async function linesOf(file: string): Promise<string[]> {
  const input = file === "-" ? process.stdin : createReadStream(file);
  const failed = new Promise<never>((_resolve, reject) => {
    input.once("error", reject);
  });
  const read = (async (): Promise<string[]> => {
    const lines: string[] = [];
    for await (const line of createInterface({ input, crlfDelay: Infinity })) lines.push(line);
    return lines;
  })();
  return Promise.race([read, failed]);
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
