import { axisById, carry, reasonsFor, REHEARSED } from "../axes/index.ts";
import type { Carrying, RealEngine, Refuses } from "../axes/index.ts";
import { CONTAINER_HOST, dockerRun, engineFor, flagUses, refusal, sameFlag } from "../engines/index.ts";
import type { FlagUse, Help, Site } from "../engines/index.ts";
import type { AxisId, Cell, Config, PlannedCell, ProofOfEffect, SkippedCell } from "../model/index.ts";

/** `surprises` counts values of which it is known beforehand that the engine does another. */
export interface PlannedOutcome {
  readonly kind: "planned";
  readonly planned: PlannedCell;
  readonly surprises: readonly string[];
}
export type Outcome = PlannedOutcome | { readonly kind: "skipped"; readonly skipped: SkippedCell };

/** One cell as an argv, or the reasons why this engine in this version cannot be run so. */
export function translate(cell: Cell, config: Config, site: Site, version: string | undefined, help?: Help): Outcome {
  const refuses = refusesOf(config, help);
  const carried = Object.entries(cell.axes).map(([id, value]) => carryAxis(id, value, cell, config, version, refuses));
  const refusals = carried.flatMap((item) => (item.ok ? [] : [item.reason]));
  const values = carried.flatMap((item) => (item.ok ? [item] : []));
  const merged = merge(values, config);
  const reasons = [...refusals, ...merged.conflicts];
  if (reasons.length > 0) return { kind: "skipped", skipped: { cell, kind: "unsupported", reason: reasons.join("; ") } };
  const launch = launchOf(config, site, version, merged);
  const surprises = values.flatMap(({ id, carrying }) => (carrying.becomes === undefined ? [] : [surprise(id, carrying.becomes)]));
  return {
    kind: "planned",
    planned: {
      cell,
      launch: { ...launch, model: config.model },
      proofs: values.map((item) => proofOf(item, realEngine(config))),
      notes: [...surprises, ...values.flatMap(({ id, carrying }) => (carrying.note === undefined ? [] : [`${id}: ${carrying.note}`]))],
    },
    surprises,
  };
}

interface CarriedAxis {
  readonly ok: true;
  readonly id: AxisId;
  readonly value: string;
  readonly carrying: Carrying;
}

function carryAxis(
  id: AxisId,
  value: string,
  cell: Cell,
  config: Config,
  version: string | undefined,
  refuses: Refuses,
): CarriedAxis | { ok: false; reason: string } {
  const axis = axisById(id);
  if (axis === undefined) return { ok: false, reason: `unknown axis "${id}"` };
  const given = config.engine === "rehearsal" ? { ...cell.axes, [REHEARSED]: "yes" } : cell.axes;
  const carried = carry(axis, value, realEngine(config), version, given, refuses);
  return carried.ok ? { ok: true, id, value, carrying: carried.carrying } : carried;
}

function refusesOf(config: Config, help: Help | undefined): Refuses {
  if (help === undefined) return () => undefined;
  const engine = realEngine(config);
  return (args) => flagUses(args, engine).flatMap((use) => refusal(use, help, engine)?.reason ?? [])[0];
}

/** The engine whose flags are spoken. */
export function realEngine(config: Config): RealEngine {
  return config.engine === "rehearsal" ? (config.rehearsal?.dialect ?? "sglang") : config.engine;
}

interface Merged {
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly conflicts: readonly string[];
}

/** Arguments of all axes, each flag once; two axes that want the same flag differently cannot share a cell. */
function merge(values: readonly CarriedAxis[], config: Config): Merged {
  const set: { axis: AxisId; use: FlagUse }[] = [];
  const env = new Map<string, { axis: AxisId; value: string }>();
  const conflicts: string[] = [];
  for (const { id, value, carrying } of values) {
    for (const use of flagUses(carrying.args, realEngine(config))) {
      const other = set.find((item) => sameFlag(item.use.name, use.name));
      if (other === undefined) set.push({ axis: id, use });
      else if (other.use.items.join(" ") !== use.items.join(" "))
        conflicts.push(`${other.axis} and ${id}=${value} both set ${use.name}, differently`);
    }
    for (const [name, wanted] of Object.entries(carrying.env ?? {})) {
      const other = env.get(name);
      if (other !== undefined && other.value !== wanted) conflicts.push(`${other.axis} and ${id}=${value} both set ${name}, differently`);
      env.set(name, { axis: id, value: wanted });
    }
  }
  return {
    args: set.flatMap(({ use }) => use.items),
    env: Object.fromEntries([...env].map(([name, { value }]) => [name, value])),
    conflicts,
  };
}

function launchOf(config: Config, site: Site, version: string | undefined, { args, env }: Merged) {
  const { launch, rehearsal } = config;
  if (launch.url !== undefined) return { argv: [], env: {}, url: launch.url };
  const { docker } = launch;
  const started = engineFor(config.engine, rehearsal?.dialect).launch({
    model: config.model,
    ...(version === undefined ? {} : { version }),
    args: [...launch.args, ...args],
    env: { ...launch.env, ...env },
    ...(launch.command === undefined ? {} : { command: launch.command }),
    site,
    ...(docker === undefined ? {} : { host: CONTAINER_HOST }),
    ...(rehearsal === undefined ? {} : { rehearsal }),
  });
  if (docker === undefined) return { ...started, argv: [...(launch.prefix ?? []), ...started.argv] };
  const modelFolder = config.model.startsWith("/") ? { modelFolder: config.model } : {};
  const run = dockerRun(docker, { variables: Object.keys(started.env), ...modelFolder });
  return { ...started, argv: [...run, ...started.argv], container: true } as const;
}

function proofOf({ id, value, carrying }: CarriedAxis, engine: RealEngine): ProofOfEffect {
  const reasons = reasonsFor(engine, id, value);
  return { axis: id, requested: value, ...(carrying.proof ?? { readings: [] }), ...(reasons.length === 0 ? {} : { reasons }) };
}

function surprise(id: AxisId, becomes: { readonly value: string; readonly because: string }): string {
  return `${id} is expected to become ${becomes.value}: ${becomes.because}`;
}
