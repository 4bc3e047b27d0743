import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { randomUUID } from "node:crypto";
import { parse } from "yaml";
import { commandsIn, type RunnerCommand } from "./runner-commands.ts";

const ROOT = resolve(import.meta.dirname, "../..");
const { runs } = parse(readFileSync(join(ROOT, "action.yml"), "utf8")) as { runs: { main: string; post: string } };
const SUMMARY_LIMIT = 1024 * 1024;

export interface StepResult {
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly output: string;
  /** From SIGINT to the end of the process. */
  readonly cancelTookMs?: number;
  readonly commands: readonly RunnerCommand[];
  readonly outputs: Readonly<Record<string, string>>;
  /** What the runner would show; `undefined` when it was too large and dropped. */
  readonly summary: string | undefined;
}

export interface JobOptions {
  readonly inputs: Readonly<Record<string, string>>;
  readonly event?: { readonly name: string; readonly payload: unknown };
  readonly apiUrl?: string;
  readonly workspace: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** Told of all output so far, first of all with none as soon as the process exists; may cancel the step or kill it. */
export type Watch = (output: string, cancel: () => void, kill: () => void) => void;

/** A job of one step, run as the Actions runner runs it: `main`, perhaps cancelled, then `post` with the state that `main` left. */
export class FakeRunner {
  readonly temp = mkdtempSync(join(tmpdir(), "servegate-runner-"));
  readonly trackingId = `github_${randomUUID()}`;
  readonly #options: JobOptions;
  #state: Record<string, string> = {};

  constructor(options: JobOptions) {
    this.#options = options;
  }

  main(onOutput?: Watch): Promise<StepResult> {
    return this.#step(runs.main, {}, onOutput);
  }

  post(): Promise<StepResult> {
    return this.#step(runs.post, Object.fromEntries(Object.entries(this.#state).map(([name, value]) => [`STATE_${name}`, value])));
  }

  #step(file: string, extra: Record<string, string>, onOutput?: Watch): Promise<StepResult> {
    const files = Object.fromEntries(
      ["OUTPUT", "STATE", "ENV", "PATH", "STEP_SUMMARY"].map((name) => {
        const path = join(this.temp, `${name.toLowerCase()}_${randomUUID()}`);
        writeFileSync(path, "");
        return [`GITHUB_${name}`, path];
      }),
    );
    const child = spawn(process.execPath, [join(ROOT, file)], {
      cwd: this.#options.workspace,
      env: { ...this.#environment(), ...files, ...extra },
      stdio: ["ignore", "pipe", "pipe"],
    });
    let output = "";
    let cancelledAt: number | undefined;
    const timers: NodeJS.Timeout[] = [];
    // The runner's own ladder: SIGINT, 7.5 s, SIGTERM, 2.5 s, SIGKILL.
    const cancel = (): void => {
      cancelledAt = performance.now();
      child.kill("SIGINT");
      timers.push(setTimeout(() => child.kill("SIGTERM"), 7_500));
      timers.push(setTimeout(() => child.kill("SIGKILL"), 10_000));
    };
    const heard = (chunk: Buffer): void => {
      output += chunk.toString();
      onOutput?.(output, cancel, () => child.kill("SIGKILL"));
    };
    child.once("spawn", () => onOutput?.("", cancel, () => child.kill("SIGKILL")));
    child.stdout.on("data", heard);
    child.stderr.on("data", heard);
    return new Promise((settle) => {
      child.on("close", (exitCode, signal) => {
        for (const timer of timers) clearTimeout(timer);
        this.#state = { ...this.#state, ...fileCommands(files["GITHUB_STATE"] ?? "") };
        const summary = readFileSync(files["GITHUB_STEP_SUMMARY"] ?? "", "utf8");
        settle({
          exitCode,
          signal,
          output,
          ...(cancelledAt === undefined ? {} : { cancelTookMs: performance.now() - cancelledAt }),
          commands: commandsIn(output),
          outputs: fileCommands(files["GITHUB_OUTPUT"] ?? ""),
          summary: Buffer.byteLength(summary) > SUMMARY_LIMIT ? undefined : summary,
        });
      });
    });
  }

  #environment(): Record<string, string> {
    const { event, inputs, apiUrl, workspace, env } = this.#options;
    const eventPath = join(this.temp, "event.json");
    writeFileSync(eventPath, JSON.stringify(event?.payload ?? {}));
    // Names as the runner makes them: upper case, blanks to underscores, hyphens kept.
    const given = Object.entries(inputs).map(([name, value]) => [`INPUT_${name.replaceAll(" ", "_").toUpperCase()}`, value]);
    return {
      PATH: process.env["PATH"] ?? "",
      HOME: this.temp,
      CI: "true",
      GITHUB_ACTIONS: "true",
      GITHUB_WORKSPACE: workspace,
      GITHUB_REPOSITORY: "acme/engine",
      GITHUB_EVENT_NAME: event?.name ?? "push",
      GITHUB_EVENT_PATH: eventPath,
      GITHUB_SHA: "a".repeat(40),
      GITHUB_RUN_ID: "77",
      GITHUB_RUN_ATTEMPT: "1",
      GITHUB_JOB: "gate",
      GITHUB_SERVER_URL: "https://github.example",
      ...(apiUrl === undefined ? {} : { GITHUB_API_URL: apiUrl, GITHUB_GRAPHQL_URL: `${apiUrl}/graphql` }),
      RUNNER_TEMP: this.temp,
      RUNNER_TRACKING_ID: this.trackingId,
      ...Object.fromEntries(given),
      ...env,
    };
  }
}

/** `name=value` lines and `name<<delimiter` blocks, as the runner reads them. */
function fileCommands(path: string): Record<string, string> {
  const found: Record<string, string> = {};
  const lines = readFileSync(path, "utf8").split("\n");
  for (let i = 0; i < lines.length; i++) {
    const line = lines[i] ?? "";
    const block = /^([^=]+?)<<(.+)$/.exec(line);
    if (block === null) {
      const [name = "", ...value] = line.split("=");
      if (name !== "") found[name] = value.join("=");
      continue;
    }
    const value: string[] = [];
    while (lines[++i] !== block[2] && i < lines.length) value.push(lines[i] ?? "");
    found[block[1] ?? ""] = value.join("\n");
  }
  return found;
}
