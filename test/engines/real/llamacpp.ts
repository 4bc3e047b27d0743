import { execFileSync } from "node:child_process";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { llamaCppPython } from "./environment.ts";
import { cellChecks, check, servegate } from "./harness.ts";

const SERVER = join(import.meta.dirname, "llamacpp-server.py");
const WRITER = resolve(import.meta.dirname, "../../tiny-llama/gguf_file.py");

/** llama.cpp's server by `engine: command`, with our tiny model as a GGUF file. */
export async function llamacpp(): Promise<void> {
  const python = llamaCppPython();
  const model = join(mkdtempSync(join(tmpdir(), "servegate-gguf-")), "tiny.gguf");
  execFileSync(python, [WRITER, model]);
  const { exitCode, record } = await servegate(
    "llamacpp",
    `version: 1
engine: command
model: ${model}
launch: { command: [${python}, ${SERVER}, ${model}, "{port}", "4"], ready-timeout: 1m }
accuracy: [{ dataset: arithmetic, questions: 100, concurrency: 4, max-tokens: 64 }]
throughput: [{ input: 64, output: 32, concurrency: [1, 4], requests: 16 }]
gates: [accuracy >= 95%]
`,
  );
  check("llama.cpp: the run ends with exit code 0", exitCode === 0, exitCode);
  for (const cell of record.cells) cellChecks(cell);
}
