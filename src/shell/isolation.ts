import { randomBytes } from "node:crypto";
import type { IsolationTier } from "../model/index.ts";
import { ask } from "./ask.ts";
import { cgroupHome, cgroupOf, emptied, inCgroup, killCgroup, makeCgroup, removeStaleProbes } from "./cgroup.ts";
import { limitProblem, newLimitMark, withLimit } from "./limit-mark.ts";
import type { LimitMark } from "./limit-mark.ts";
import { sealed } from "./sealed.ts";

/** Tiers that hold a program of this machine, strongest first. `container` holds one that docker runs. */
const TIERS = ["sealed", "cgroup", "tracked"] as const;
export type Isolation = (typeof TIERS)[number] | "container";

/** How one server is started and, where its tier has one, the control group that holds it. */
export interface Wrapping {
  readonly wrap: (argv: readonly string[]) => string[];
  readonly group?: string;
  /** What its processes bear as their limit for file locks, where that can be set. */
  readonly limit?: LimitMark;
}

/** The tier servers will run in, and why not a stronger one. */
export type IsolationChoice =
  | { readonly ok: true; readonly tier: Isolation; readonly wrapping: (serverId: string) => Wrapping; readonly detail: string }
  | { readonly ok: false; readonly reason: string };

/** What a configuration demands: exactly one tier, or none weaker than one. */
export interface IsolationWish {
  readonly isolation?: IsolationTier;
  readonly requireIsolation?: IsolationTier;
  /** The server is suspected of not bearing namespaces of its own: `sealed` is passed over unless it was asked for. */
  readonly outside?: boolean;
  /** Set where docker runs the server: the container is the isolation. */
  readonly docker?: unknown;
}

const PROBE_MS = 10_000;
/** What the probe's inner program exits with, to prove that exit codes come through. */
const PROBE_CODE = 42;
const PROBE = ["/bin/sh", "-c", `test -d /proc/self && exit ${PROBE_CODE}`];

/**
 * Chooses the strongest tier that is seen to work here. `SERVEGATE_ISOLATION` in `env`, or else the wish, can demand one; a demand
 * that cannot be met is refused, never weakened.
 */
export async function chooseIsolation(
  env: Readonly<Record<string, string | undefined>>,
  wish: IsolationWish = {},
): Promise<IsolationChoice> {
  const demand = env["SERVEGATE_ISOLATION"] ?? "";
  const source = demand === "" ? "launch.isolation" : "SERVEGATE_ISOLATION";
  const wanted = demand === "" ? (wish.isolation ?? "") : demand;
  const least = wish.requireIsolation;
  if (wish.docker !== undefined) return inContainer(wanted, source, least);
  for (const [name, value] of [
    [source, wanted],
    ["launch.require-isolation", least ?? ""],
  ] as const) {
    if (value !== "" && !isTier(value))
      return { ok: false, reason: `${name} is "${value}"; it can be ${TIERS.map((tier) => `"${tier}"`).join(", ")}` };
  }
  const floor = isTier(least) ? TIERS.indexOf(least) : TIERS.length;
  const passedOver = wish.outside === true && wanted === "" && least !== "sealed";
  const tried = TIERS.filter(
    (tier, strength) => (wanted === "" || tier === wanted) && strength <= floor && !(passedOver && tier === "sealed"),
  );
  if (tried.length === 0) return { ok: false, reason: `${source} asks for ${wanted}, and launch.require-isolation for at least ${least}` };
  const reasons: string[] = [];
  for (const tier of tried) {
    const found = await PROBES[tier]();
    if (!("reason" in found)) {
      const why = wanted === tier ? [`asked for by ${source}`] : [found.detail, ...reasons];
      const detail = [...why, ...(found.lacks ?? [])].join("; ");
      return { ok: true, tier, wrapping: found.wrapping, detail };
    }
    reasons.push(`${tier} does not work here: ${found.reason}`);
  }
  return { ok: false, reason: reasons.join("; ") };
}

/** The client is started as it is: what it starts is docker's child and not its own. */
function inContainer(wanted: string, source: string, least: IsolationTier | undefined): IsolationChoice {
  const weaker = wanted === "" || wanted === "container" ? undefined : `${source} asks for ${wanted}`;
  const problem = least === "sealed" ? "launch.require-isolation asks for sealed" : weaker;
  if (problem !== undefined) return { ok: false, reason: `${problem}, and launch.docker starts containers` };
  return {
    ok: true,
    tier: "container",
    wrapping: () => ({ wrap: (argv) => [...argv] }),
    detail: "a container that is removed by its label",
  };
}

type Probed =
  | {
      readonly wrapping: (serverId: string) => Wrapping;
      readonly detail: string;
      /** What it does without here, in words. */
      readonly lacks?: readonly string[];
    }
  | { readonly reason: string };

type Probable = (typeof TIERS)[number];

const PROBES: Readonly<Record<Probable, () => Promise<Probed>>> = {
  sealed: probeSealed,
  cgroup: probeCgroup,
  tracked: probeTracked,
};

async function probeSealed(): Promise<Probed> {
  const reasons: string[] = [];
  // Root needs no user namespace of its own, and without one files of other users keep their owners.
  for (const userNamespace of process.getuid?.() === 0 ? [false, true] : [true]) {
    const wrap = sealed(userNamespace);
    const failure = await tried(wrap);
    if (failure === undefined) return { wrapping: () => ({ wrap }), detail: "own pid, ipc and mount namespace; dies with us" };
    reasons.push(failure);
  }
  return { reason: reasons.join("; ") };
}

async function probeCgroup(): Promise<Probed> {
  const home = cgroupHome();
  if (home === undefined) return { reason: "no control group (version 2) may be made" };
  const group = cgroupOf(home, `probe-${process.pid}-${randomBytes(4).toString("hex")}`);
  try {
    removeStaleProbes(home);
    makeCgroup(group);
  } catch (error) {
    return { reason: error instanceof Error ? error.message : String(error) };
  }
  const failure = await tried(inCgroup(group));
  killCgroup(group);
  if (!(await emptied(group))) return { reason: `${group} cannot be removed` };
  if (failure !== undefined) return { reason: failure };
  const limitless = (await limitProblem()) !== undefined;
  const wrapping = (serverId: string): Wrapping => {
    const own = cgroupOf(home, serverId);
    const wrap = inCgroup(own);
    // The group is enough where it holds; the limit finds whoever a privileged server moved out of it.
    return limitless ? { wrap, group: own } : { ...limited(wrap), group: own };
  };
  return { wrapping, detail: "a control group that is killed as one" };
}

async function probeTracked(): Promise<Probed> {
  const problem = await limitProblem();
  const plain = (argv: readonly string[]): string[] => [...argv];
  if (problem === undefined) return { wrapping: () => limited(plain), detail: "found by marks in the environment and in the limits" };
  return {
    wrapping: () => ({ wrap: plain }),
    detail: "found by a mark in the environment",
    lacks: [`processes cannot be marked in their limits (${problem})`],
  };
}

function limited(wrap: (argv: readonly string[]) => string[]): Wrapping & { readonly limit: LimitMark } {
  const limit = newLimitMark();
  const mark = withLimit(limit);
  return { wrap: (argv) => mark(wrap(argv)), limit };
}

async function tried(wrap: (argv: readonly string[]) => string[]): Promise<string | undefined> {
  const answer = await ask(wrap(PROBE), { timeoutMs: PROBE_MS });
  if (answer.exitCode === PROBE_CODE) return undefined;
  return answer.timedOut ? "the probe timed out" : firstLine(answer.stderr) || `the probe exited with ${answer.exitCode ?? answer.signal}`;
}

function isTier(text: string | undefined): text is Probable {
  return TIERS.some((tier) => tier === text);
}

function firstLine(text: string): string {
  return text.trim().split("\n")[0] ?? "";
}
