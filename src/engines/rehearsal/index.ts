import type { Engine, LaunchRequest, RehearsalDialect } from "../engine.ts";
import { sglang, sglangArguments } from "../sglang/index.ts";
import { vllm, vllmArguments, vllmEnvironment } from "../vllm/index.ts";

/**
 * The rehearsal server, speaking one engine's flags and log lines. Log knowledge and dialect are those of the engine it stands
 * in for, so that a rehearsal exercises what a real run does.
 */
export function rehearsal(dialect: RehearsalDialect): Engine {
  const real = dialect === "vllm" ? vllm : sglang;
  return {
    id: "rehearsal",
    title: `rehearsal of ${real.title} (simulated)`,
    program: [],
    launch: (request) => ({
      argv: rehearsalArgv(request),
      env: request.rehearsal?.dialect === "vllm" ? { ...vllmEnvironment, ...request.env } : { ...request.env },
    }),
    version: undefined,
    servedAs: real.servedAs,
    prefix: real.prefix,
    markers: real.markers,
    ...(real.caches === undefined ? {} : { caches: real.caches }),
    fatal: real.fatal,
    dialect: { ...real.dialect, metrics: true },
  };
}

/** The version rehearsed when none is configured: the newest whose flags and log lines were read in source. */
export const rehearsedVersion: Readonly<Record<RehearsalDialect, string>> = { vllm: "0.28.0", sglang: "0.5.18" };

function rehearsalArgv({ site, command, args, version, rehearsal }: LaunchRequest): string[] {
  if (rehearsal === undefined) throw new Error("the rehearsal engine was asked to launch without a dialect and a scenario");
  const { dialect, scenario } = rehearsal;
  const real = dialect === "vllm" ? vllmArguments(args) : sglangArguments(args);
  const said = ["--dialect", dialect, "--scenario", scenario, "--engine-version", version ?? rehearsedVersion[dialect]];
  return [...(command ?? site.rehearsal), ...said, "--", ...real];
}
