import type { AxisId, Problem, RunHeader } from "../model/index.ts";

/** One header for two shards. Where they only differ in when and by whom they were made, the earliest start and the newest harness stand. */
export function joinHeaders(a: RunHeader, b: RunHeader, problems: Problem[]): RunHeader {
  const differ = (path: string, what: string, x: unknown, y: unknown, hint?: string): void => {
    if (x === undefined || y === undefined || same(x, y)) return;
    problems.push({
      path: `run.${path}`,
      message: `the records differ in ${what}: ${shown(x)} and ${shown(y)}`,
      ...(hint === undefined ? {} : { hint }),
    });
  };
  differ("simulated", "being simulated", a.simulated, b.simulated, "A rehearsal measures nothing real.");
  differ("engine.id", "the engine", a.engine.id, b.engine.id);
  differ("engine.version", "the engine's version", a.engine.version, b.engine.version);
  differ("model", "the model", a.model, b.model);
  differ("harness.version", "the major version of Servegate", major(a), major(b));
  differ("gates", "their gates", gatesText(a), gatesText(b), "Shards of one run share one configuration.");
  differ("expectedFailures", "their expected failures", ledgerText(a), ledgerText(b), "Shards of one run share one configuration.");
  for (const field of ["repository", "headSha", "baseSha", "pullRequest"] as const)
    differ(`source.${field}`, `their ${field}`, a.source?.[field], b.source?.[field]);
  differ("image", "the container image", a.image?.name, b.image?.name);
  differ(
    "image.digest",
    "the image's digest",
    a.image?.digest,
    b.image?.digest,
    "A tag was moved between the shards; name the image by its digest.",
  );
  differ("price", "the price of a GPU-hour", a.price, b.price);
  // Two machines that built one image have two ids of it.
  const { id, ...image } = { ...a.image, ...b.image };
  const builtOnce = id !== undefined && a.image?.id === b.image?.id;
  const price = a.price ?? b.price;
  const version = a.engine.version ?? b.engine.version;
  const libraries = a.engine.libraries ?? b.engine.libraries;
  const source = { ...a.source, ...b.source };
  const launches = most(a.launches, b.launches);
  const confirm = most(a.confirm, b.confirm);
  const advisory = most(a.advisory, b.advisory);
  // Pairs are of one job; shards of several jobs are compared launch by launch no more.
  const pair = a.pair === b.pair ? a.pair : undefined;
  return {
    id: [a, b].sort(byStart)[0]?.id ?? a.id,
    startedAt: lesser(a.startedAt, b.startedAt),
    harness: { name: "servegate", version: newer(a.harness.version, b.harness.version) },
    simulated: a.simulated,
    engine: {
      id: a.engine.id,
      ...(version === undefined ? {} : { version }),
      ...(libraries === undefined ? {} : { libraries }),
    },
    model: a.model,
    axes: joinAxes(a.axes, b.axes),
    gates: a.gates,
    expectedFailures: a.expectedFailures,
    // Expiry is judged on the last day any shard saw.
    today: greater(a.today, b.today),
    checks: union(a.checks, b.checks),
    ...(launches === undefined ? {} : { launches }),
    ...(confirm === undefined ? {} : { confirm }),
    ...(advisory === undefined ? {} : { advisory }),
    ...(image.name === undefined ? {} : { image: { ...image, name: image.name, ...(builtOnce ? { id } : {}) } }),
    ...(price === undefined ? {} : { price }),
    ...(pair === undefined ? {} : { pair }),
    ...(Object.keys(source).length === 0 ? {} : { source }),
  };
}

function most(a: number | undefined, b: number | undefined): number | undefined {
  return a === undefined || b === undefined ? (a ?? b) : Math.max(a, b);
}

function joinAxes(a: RunHeader["axes"], b: RunHeader["axes"]): Record<AxisId, readonly string[]> {
  return Object.fromEntries(union(Object.keys(a), Object.keys(b)).map((axis) => [axis, union(a[axis] ?? [], b[axis] ?? [])]));
}

function union(a: readonly string[], b: readonly string[]): string[] {
  return [...new Set([...a, ...b])];
}

function byStart(a: RunHeader, b: RunHeader): number {
  return a.startedAt === b.startedAt ? compare(a.id, b.id) : compare(a.startedAt, b.startedAt);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function lesser(a: string, b: string): string {
  return a < b ? a : b;
}

function greater(a: string, b: string): string {
  return a > b ? a : b;
}

function major(header: RunHeader): string {
  return header.harness.version.split(".")[0] ?? "";
}

/** Of two versions `1.2.3`, with or without a suffix, the newer; ties fall back on text so that the order given does not matter. */
function newer(a: string, b: string): string {
  const order = a.localeCompare(b, "en", { numeric: true });
  return order === 0 ? greater(a, b) : order > 0 ? a : b;
}

function gatesText(header: RunHeader): string[] {
  return header.gates
    .map(({ text, informs, quarantine }) => {
      const until =
        quarantine === undefined ? "" : ` (quarantined until ${quarantine.expires} by ${quarantine.owner}, ${quarantine.issue})`;
      return `${text}${informs === true ? " (informs only)" : ""}${until}`;
    })
    .sort();
}

function ledgerText(header: RunHeader): string[] {
  return header.expectedFailures
    .map(({ when, class: kind, versions = "", issue, expires }) => `${kind} when ${axesOf(when)} ${versions} until ${expires} (${issue})`)
    .sort();
}

function axesOf(when: Readonly<Record<string, string>>): string {
  return Object.entries(when)
    .map(([axis, value]) => `${axis}=${value}`)
    .sort()
    .join(",");
}

function same(x: unknown, y: unknown): boolean {
  return JSON.stringify(x) === JSON.stringify(y);
}

function shown(value: unknown): string {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return Object.values(value).join(" ");
  if (Array.isArray(value)) return value.length === 0 ? "none" : value.join("; ");
  return String(value);
}
