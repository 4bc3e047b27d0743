// How far each load generator is from the truth: `node bench/fidelity/main.ts [--quick] [--rounds N] [--peers FOLDER]`
//
// A server on core 0 stamps CLOCK_MONOTONIC into every event; clients on core 1 take turns: a bare socket reader (the limit), ours,
// and `vllm bench serve`, `aiperf`, `guidellm` where FOLDER/<name>-venv holds them (default ~/.cache/servegate/peers). Writes
// bench/results/fidelity.md and the marked section of README.md (not with --quick). `--scenes 512,1024,unpaced,10000` and `--clients
// bare,ours,vllm,aiperf,guidellm` measure some of it anew and take the rest from bench/results/fidelity.json.
import { execFileSync, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { cpus, homedir, loadavg, totalmem } from "node:os";
import { join } from "node:path";
import { errors, medians, type Errors, type Truth } from "./errors.ts";
import { MARK, type Load, type Seen } from "./load.ts";
import { isInstalled, peers, withFolder, type Peer } from "./peers.ts";
import { report, type Row } from "./report.ts";
import type { Law } from "./wire.ts";

const HERE = import.meta.dirname;
/** Before whatever else the machine does, where that is allowed. */
const FIRST = ["-n", "-15"];
const quick = process.argv.includes("--quick");
const rounds = Number(after("--rounds") ?? (quick ? 1 : 3));
/** Peers take long to start. */
const peerRounds = Number(after("--peer-rounds") ?? rounds);
const folder = after("--peers") ?? join(homedir(), ".cache/servegate/peers");
const tokens = quick ? 100 : 300;
/** As `servegate bench` warms up unless told otherwise. */
const WARM_UP = 16;

interface Scene {
  readonly id: string;
  readonly name: string;
  readonly law: Law;
  readonly streams: number;
  readonly tokens: number;
  readonly rampMs: number;
  readonly warmUp: number;
  readonly clients: readonly string[];
  /** How often; peers take long to start. */
  readonly rounds: number;
}

const found = peers(folder).filter((peer) => isInstalled(peer));
const missing = peers(folder).filter((peer) => found.every(({ name }) => name !== peer.name));
const paced = (streams: number, clients: readonly string[]): Scene => ({
  id: String(streams),
  name: `${streams} streams × 50 tokens/s`,
  law: { ttftMs: 100, intervalMs: 20 },
  streams,
  tokens,
  rampMs: 1_000,
  warmUp: WARM_UP,
  clients,
  rounds,
});
const own = ["bare", "ours"];
const scenes: Scene[] = [
  paced(512, [...own, ...found.map(({ name }) => name)]),
  paced(1_024, [...own, ...found.map(({ name }) => name).filter((name) => name.startsWith("vllm"))]),
  {
    id: "unpaced",
    name: "as fast as possible, 64 streams",
    law: { ttftMs: 0, intervalMs: 0 },
    streams: 64,
    tokens: quick ? 10_000 : 40_000,
    rampMs: 0,
    warmUp: 0,
    clients: ["bare", "ours", "ours, 2 workers"],
    rounds,
  },
  {
    id: "10000",
    name: "10,000 streams × 0.5 tokens/s",
    law: { ttftMs: 2_000, intervalMs: 2_000 },
    streams: 10_000,
    tokens: 4,
    rampMs: 5_000,
    warmUp: 0,
    clients: ["ours"],
    rounds: 1,
  },
];

const baselines = new Map<string, number>();
const STORE = join(HERE, "../results/fidelity.json");
const chosen = { scenes: after("--scenes")?.split(","), clients: after("--clients")?.split(",") };
const isChosen = (scene: Scene, client: string): boolean =>
  chosen.scenes?.includes(scene.id) !== false && chosen.clients?.includes(client.split(/[ ,]/)[0] ?? "") !== false;
const stored = existsSync(STORE) ? (JSON.parse(readFileSync(STORE, "utf8")) as Row[]) : [];
const rows: Row[] = [];
for (const scene of scenes) {
  const clients = scene.clients.filter((name) => isChosen(scene, name));
  const runs = new Map<string, Errors[]>(clients.map((name) => [name, []]));
  for (let round = 0; round < scene.rounds; round += 1)
    for (const name of round % 2 === 0 ? clients : clients.toReversed()) {
      if (round >= peerRounds && found.some((peer) => peer.name === name)) continue;
      const seen = await run(scene, name).catch((error: unknown) => say(`${scene.name}, ${name}: ${String(error)}`));
      if (seen === undefined) continue;
      runs.get(name)?.push(seen);
      say(`${scene.name}, ${name}: ${JSON.stringify(seen)}`);
    }
  for (const name of scene.clients) {
    const all = runs.get(name);
    const kept = stored.find((row) => row.scene === scene.name && row.client === name);
    if (all !== undefined)
      rows.push({ scene: scene.name, client: name, runs: all.length, ...(all.length === 0 ? {} : { errors: medians(all) }) });
    else if (kept !== undefined) rows.push(kept);
  }
}
const [cpu] = cpus();
const text = report(rows, {
  machine: `${cpu?.model.trim() ?? "unknown"}, ${cpus().length} cores, ${(totalmem() / 2 ** 30).toFixed(0)} GiB, Node ${process.version}, load average ${loadavg()[0]?.toFixed(1)} at the end`,
  peers: [...found.map(versionOf), ...missing.map(({ name }) => `${name} (not measured)`)],
});
process.stdout.write(`${text}\n`);
if (!quick) {
  writeFileSync(STORE, `${JSON.stringify(rows, undefined, 2)}\n`);
  writeFileSync(join(HERE, "../results/fidelity.md"), `# Fidelity of load generators\n\n${text}\n`);
  const readme = join(HERE, "../../README.md");
  const before = readFileSync(readme, "utf8");
  const marked = /(<!-- fidelity-start -->\n)[\s\S]*(<!-- fidelity-end -->)/;
  if (marked.test(before))
    writeFileSync(
      readme,
      before.replace(marked, (_, start: string, end: string) => `${start}${text}\n${end}`),
    );
}

async function run(scene: Scene, name: string): Promise<Errors> {
  const server = spawn("nice", [...FIRST, "taskset", "-c", "0", process.execPath, join(HERE, "server.ts"), JSON.stringify(scene.law)], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const gone = once(server, "exit");
  try {
    const [line] = (await once(server.stdout, "data")) as [Buffer];
    const url = line.toString().trim();
    const load: Load = {
      url,
      streams: scene.streams,
      tokens: scene.tokens,
      rampMs: scene.rampMs,
      warmUp: scene.warmUp,
      stamped: scene.law.intervalMs > 0,
      ...(name.includes("2 workers") ? { workers: 2 } : {}),
    };
    const peer = found.find((each) => each.name === name);
    const program = peer === undefined ? (given: Load) => runOwn(name.split(",")[0] ?? name, given) : (given: Load) => runPeer(peer, given);
    const idleMs = await baseline(`${name}, ${load.warmUp} to warm up`, program, load);
    const seen = program(load);
    const { truths } = (await (await fetch(`${url}/truth`)).json()) as { truths: Truth[] };
    const whole = truths.filter(({ stamps }) => stamps.length === load.tokens);
    return errors({ ...seen, cpuMs: seen.cpuMs - idleMs }, whole, {
      asked: load.streams,
      expectTimes: load.stamped && name !== "guidellm",
    });
  } finally {
    server.kill("SIGKILL");
    await gone;
  }
}

function runOwn(name: string, load: Load): Seen {
  const out = execFileSync("nice", [...FIRST, "taskset", "-c", "1", process.execPath, join(HERE, `${name}.ts`), JSON.stringify(load)], {
    maxBuffer: 2 ** 30,
    stdio: ["ignore", "pipe", "inherit"],
  });
  return JSON.parse(out.toString().slice(out.indexOf(MARK) + MARK.length)) as Seen;
}

/** Processor time of a run that warms up and then does next to nothing: what is no cost per token of the pass. */
async function baseline(name: string, program: (load: Load) => Seen, load: Load): Promise<number> {
  const known = baselines.get(name);
  if (known !== undefined) return known;
  const { cpuMs } = program({ ...load, streams: 1, rampMs: 0 });
  await fetch(`${load.url}/reset`, { method: "POST" });
  baselines.set(name, cpuMs);
  return cpuMs;
}

function runPeer(peer: Peer, load: Load): Seen {
  return withFolder((out) => {
    const argv = [...FIRST, "taskset", "-c", "1", "python3", join(HERE, "rusage.py"), peer.program, ...peer.argv(load, out)];
    const { stdout, stderr } = spawnSync("nice", argv, {
      timeout: 300_000,
      maxBuffer: 2 ** 28,
    });
    const [code, seconds, kib] = stdout.toString().trim().split(/\s+/).slice(-3).map(Number);
    if (code !== 0) throw new Error(`ended with ${code}: ${stderr.toString().slice(-600)}`);
    return { ...peer.read(out), cpuMs: (seconds ?? 0) * 1_000, peakMiB: (kib ?? 0) / 1_024 };
  });
}

function versionOf({ name, program }: Peer): string {
  const distribution = name.startsWith("vllm") ? "vllm" : name;
  const python = join(program, "../python");
  const code = `import importlib.metadata as m; print(m.version(${JSON.stringify(distribution)}))`;
  return `${name} ${execFileSync(python, ["-c", code]).toString().trim()}`;
}

function after(flag: string): string | undefined {
  const at = process.argv.indexOf(flag);
  return at < 0 ? undefined : process.argv[at + 1];
}

function say(text: string): undefined {
  process.stderr.write(`${text}\n`);
  return undefined;
}
