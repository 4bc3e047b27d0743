import type { Server } from "node:http";
import { type Loss, deaths, portInUseLines, reaction } from "./deaths/index.ts";
import { Engine } from "./engine.ts";
import { type Family, startFamily } from "./family.ts";
import { pace } from "./law.ts";
import { Inference, modelFolder } from "./model/index.ts";
import { modelVariant } from "./model-variant.ts";
import {
  type Dress,
  type Line,
  type Step,
  dressSglang,
  dressVllm,
  sglangLine,
  sglangListening,
  sglangSteps,
  sglangWarmUp,
  vllmLine,
  vllmReady,
  vllmSteps,
} from "./log/index.ts";
import { listen, portIsFree } from "./port.ts";
import { type Script, script } from "./rules.ts";
import type { Rule, Scenario, ScriptedPhase } from "./scenario.ts";
import { Pulse, type Service, httpServer, newCounters } from "./serving/index.ts";
import type { Settings } from "./settings.ts";

/** One launch of the rehearsed server, from its first line to its end. */
export class Performance {
  readonly #settings: Settings;
  readonly #scenario: Scenario;
  readonly #given: Readonly<Record<string, unknown>>;
  readonly #script: Script;
  readonly #dress: Dress;
  readonly #family: Family;
  readonly #service: Service;
  readonly #server: Server;
  #ending = false;
  /** A scripted death has printed its own traceback. */
  #spoke = false;

  constructor(settings: Settings, scenario: Scenario, given: Readonly<Record<string, unknown>>) {
    this.#settings = settings;
    this.#scenario = scenario;
    this.#given = given;
    this.#script = script(scenario, settings);
    this.#dress = settings.dialect === "vllm" ? dressVllm(settings.version) : dressSglang;
    this.#family = startFamily(settings, scenario, (who, pid, exitCode) => void this.#lost(who, pid, exitCode));
    const engine = new Engine(pace(scenario.law, settings), Number(settings.effective["max-sequences"]));
    const say = (lines: readonly Line[]): void => this.#say(lines);
    this.#service = {
      settings,
      engine,
      pulse: new Pulse(settings, () => engine.load(), say),
      counters: newCounters(),
      script: this.#script,
      inference: this.#inference(),
      ready: false,
      requests: 0,
      say,
      strike: (rule) => void this.#strike(rule),
    };
    this.#server = httpServer(this.#service);
    // A reader that went away is no reason to die: the harness may be the one that was killed.
    process.stdout.on("error", () => undefined);
    process.stderr.on("error", () => undefined);
    for (const name of ["SIGTERM", "SIGINT"] as const) process.on(name, () => void this.#stop());
  }

  async start(): Promise<void> {
    if (this.#settings.dialect === "vllm") await this.#startVllm();
    else await this.#startSglang();
  }

  #inference(): Inference | undefined {
    const folder = this.#scenario.answers === "model" ? modelFolder() : undefined;
    return folder === undefined ? undefined : new Inference({ folder, variant: modelVariant(this.#settings, this.#script) });
  }

  async #startVllm(): Promise<void> {
    const { host, port } = this.#settings;
    const [opening, ...rest] = vllmSteps(this.#settings, this.#scenario, this.#given);
    if (opening !== undefined && !(await this.#play([opening]))) return;
    await this.#family.complete;
    // The real server binds first and listens last; here the port is tried and left closed until then.
    if (!(await portIsFree(host, port))) return this.#leave(portInUseLines(this.#settings), 1);
    if (!(await this.#play(rest))) return;
    if (!(await listen(this.#server, host, port))) return this.#leave(portInUseLines(this.#settings), 1);
    this.#service.ready = true;
    this.#say(vllmReady(process.pid));
  }

  async #startSglang(): Promise<void> {
    const { host, port } = this.#settings;
    const [opening, ...rest] = sglangSteps(this.#settings, this.#scenario);
    if (opening !== undefined && !(await this.#play([opening]))) return;
    await this.#family.complete;
    if (!(await this.#play(rest))) return;
    if (!(await listen(this.#server, host, port))) return this.#leave(portInUseLines(this.#settings), 1);
    this.#say(sglangListening(this.#settings));
    const [warming, warm] = sglangWarmUp(this.#settings);
    if (warming === undefined || warm === undefined || !(await this.#play([warming]))) return;
    this.#service.ready = true;
    this.#say(warm.lines);
  }

  /** Print steps at the scenario's pace. False when a script struck and the rest must not follow. */
  async #play(steps: readonly Step[]): Promise<boolean> {
    const total = new Map<ScriptedPhase, number>();
    for (const { phase, share } of steps) total.set(phase, (total.get(phase) ?? 0) + share);
    let phase: ScriptedPhase | undefined;
    let dueMs = performance.now();
    for (const step of steps) {
      if (this.#ending) return false;
      if (step.phase !== phase) this.#print(this.#script.prints(step.phase));
      ({ phase } = step);
      this.#say(step.lines);
      const rule = step.crisis === true ? this.#script.crisis(phase) : undefined;
      if (rule !== undefined) {
        await this.#strike(rule);
        return false;
      }
      const seconds = ((this.#scenario.phases[phase] ?? 0) * step.share) / Math.max(total.get(phase) ?? 1, Number.EPSILON);
      dueMs += (seconds * 1000) / this.#scenario.speed;
      if (step.share > 0) await new Promise((resolve) => setTimeout(resolve, Math.max(0, dueMs - performance.now())));
    }
    return !this.#ending;
  }

  async #strike(rule: Rule): Promise<void> {
    if (this.#ending) return;
    const death = rule.die === undefined ? undefined : deaths[rule.die];
    const end = death?.end ?? "hang";
    const lines = death?.lines(this.#settings) ?? [];
    this.#say(lines);
    if (end === "hang") return this.#service.engine.stall();
    if ("server" in end) return this.#leave([], end.server);
    // In vLLM the parent reports a worker's death either way; in SGLang a traceback means that a signal follows.
    this.#spoke = lines.length > 0;
    this.#family.order({ who: this.#victim(), end });
  }

  #victim(): string {
    const tp = Number(this.#settings.effective["tensor-parallel"]);
    if (this.#settings.dialect === "sglang") return "TP0";
    return tp === 1 ? "EngineCore" : "Worker_TP0";
  }

  /** A member of the tree ended by itself, scripted or not. */
  async #lost(who: string, pid: number, exitCode: number): Promise<void> {
    // A signal to the whole group reaches members first; what follows is then a stop, not a loss.
    await new Promise((resolve) => setTimeout(resolve, 20));
    if (this.#ending) return;
    if (!this.#scenario.process["worker-death-kills-engine"]) return this.#service.engine.stall();
    const loss: Loss = { who, pid, exitCode, spoke: this.#spoke, starting: !this.#service.ready };
    const { lines, end } = reaction(this.#settings, loss);
    await this.#leave(lines, end);
  }

  async #stop(): Promise<void> {
    if (this.#scenario.process["ignore-sigterm"] || this.#ending) return;
    const lines =
      this.#settings.dialect === "vllm"
        ? [
            vllmLine("APIServer", "launcher.py:110", "[shutdown] API server: draining requests"),
            vllmLine(
              "EngineCore",
              "multiproc_executor.py:426",
              `[shutdown] Executor: waiting for worker exit count=${this.#settings.effective["tensor-parallel"]}`,
            ),
          ]
        : [sglangLine(undefined, "Gracefully exiting... Remaining number of requests 0. Remaining requests []")];
    await this.#leave(lines, 0);
  }

  /** Last words, nothing left behind, gone. */
  async #leave(lines: readonly Line[], end: number | "SIGKILL"): Promise<void> {
    if (this.#ending) return;
    this.#say(lines);
    this.#ending = true;
    this.#server.close();
    this.#server.closeAllConnections();
    await this.#family.stop();
    if (end === "SIGKILL") process.kill(process.pid, "SIGKILL");
    else process.exit(end);
  }

  #print(texts: readonly string[]): void {
    for (const text of texts) process.stderr.write(`${text}\n`);
  }

  #say(lines: readonly Line[]): void {
    const now = new Date();
    const pids = this.#family.pids();
    for (const line of lines) process[line.to].write(this.#dress(line, now, pids));
  }
}
