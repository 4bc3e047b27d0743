import type { ChildProcess } from "node:child_process";
import type { Pids } from "./log/index.ts";
import type { Scenario } from "./scenario.ts";
import type { Settings } from "./settings.ts";
import { type MemberSpec, type Order, forkMember } from "./worker.ts";

/** At most this many real processes stand for the ranks; log lines still speak for every rank. */
const REAL_RANKS = 2;

/** The engine's processes below the parent. */
export interface Family {
  /** By log prefix; ranks without a process of their own have numbers above the last real one. */
  readonly pids: () => Pids;
  /** Resolves when every member has a process id. */
  readonly complete: Promise<void>;
  /** End one member as if by itself. */
  readonly order: (order: Order) => void;
  /** Ask everyone to leave, then make sure. Resolves within about 150 ms. */
  readonly stop: () => Promise<void>;
}

/** Start the tree that `ps` would show for this engine. `onLoss` is called for every member that ends before `stop`. */
export function startFamily(settings: Settings, scenario: Scenario, onLoss: (who: string, pid: number, exitCode: number) => void): Family {
  const roots = settings.dialect === "vllm" ? vllmTree(settings, scenario) : sglangTree(settings, scenario);
  const awaited = roots.flatMap((root) => [root.who, ...root.children.map(({ who }) => who)]);
  const pids = new Map<string, number>([["APIServer", process.pid]]);
  const alive = new Set<number>();
  let stopping = false;
  const everyone = Promise.withResolvers<void>();
  const children: { spec: MemberSpec; child: ChildProcess }[] = roots.map((spec) => ({
    spec,
    child: forkMember(spec, (report) => {
      if (report.kind === "born") {
        pids.set(report.who, report.pid);
        alive.add(report.pid);
        if (awaited.every((who) => pids.has(who))) everyone.resolve();
        return;
      }
      alive.delete(report.pid);
      if (!stopping) onLoss(report.who, report.pid, report.exitCode);
    }),
  }));
  return {
    pids: () => {
      const last = Math.max(...pids.values());
      const ranks = Array.from({ length: Number(settings.effective["tensor-parallel"]) }, (_, rank) => `Worker_TP${rank}`);
      return { ...Object.fromEntries(ranks.map((who, rank) => [who, last + 1 + rank])), ...Object.fromEntries(pids) };
    },
    complete: everyone.promise,
    order: (order) => {
      const holder = children.find(({ spec }) => spec.who === order.who || spec.children.some(({ who }) => who === order.who));
      holder?.child.send(order);
    },
    stop: async () => {
      stopping = true;
      for (const { child } of children) child.kill("SIGTERM");
      const deadline = performance.now() + 120;
      while (performance.now() < deadline && [...alive].some(exists)) await new Promise((resolve) => setTimeout(resolve, 10));
      for (const pid of alive) if (exists(pid)) signal(pid, "SIGKILL");
    },
  };
}

function vllmTree(settings: Settings, scenario: Scenario): MemberSpec[] {
  const tp = Number(settings.effective["tensor-parallel"]);
  // With one GPU the core runs the model itself.
  const workers = tp === 1 ? [] : ranked(tp, scenario, (rank) => [`Worker_TP${rank}`, `VLLM::Worker_TP${rank}`]);
  return [{ who: "EngineCore", title: "VLLM::EngineCore", children: workers, orphan: tp === 1 && scenario.process["orphan-worker"] }];
}

function sglangTree(settings: Settings, scenario: Scenario): MemberSpec[] {
  const tp = Number(settings.effective["tensor-parallel"]);
  const schedulers = ranked(tp, scenario, (rank) => [`TP${rank}`, tp === 1 ? "sglang::scheduler" : `sglang::scheduler_TP${rank}`]);
  return [...schedulers, { who: "detokenizer", title: "sglang::detokenizer", children: [], orphan: false }];
}

function ranked(tp: number, scenario: Scenario, names: (rank: number) => readonly [who: string, title: string]): MemberSpec[] {
  const count = Math.min(tp, REAL_RANKS);
  return Array.from({ length: count }, (_, rank): MemberSpec => {
    const [who, title] = names(rank);
    return { who, title, children: [], orphan: scenario.process["orphan-worker"] && rank === count - 1 };
  });
}

/** A grandchild that its own parent has not reaped yet still counts; it is gone when that parent is. */
function exists(pid: number): boolean {
  return signal(pid, 0);
}

function signal(pid: number, name: NodeJS.Signals | 0): boolean {
  try {
    process.kill(pid, name);
    return true;
  } catch {
    return false;
  }
}
