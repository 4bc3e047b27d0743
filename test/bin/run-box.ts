/**
 * Runs the configuration of a box in a process of its own, for tests that take its disk or its life away. argv: the box's folder, which
 * holds `box.json`. Prints what became of it as JSON.
 */
import { readFileSync, writeSync } from "node:fs";
import { join } from "node:path";
import { execute, prepareText, readyMachine, secretsOf, site, systemClock } from "../../src/flow/index.ts";
import { readRecord } from "../../src/record/index.ts";
import { watchParent } from "../../src/shell/index.ts";

const [, , dir = ""] = process.argv;
const { env, config } = JSON.parse(readFileSync(join(dir, "box.json"), "utf8")) as { env: Record<string, string>; config: string };
const controller = new AbortController();
for (const name of ["SIGINT", "SIGTERM"] as const) process.on(name, () => controller.abort(new Error(`cancelled by ${name}`)));
watchParent(() => controller.abort(new Error("the parent is gone")));
const context = { clock: systemClock, signal: controller.signal, env };
const [outDir, ledgerDir] = [join(dir, "out"), join(dir, "ledger")];

const prepared = await prepareText(config, { file: "servegate.yml", baseDir: dir, site: site(), askVersion: false }, context);
if (!prepared.ok) throw new Error(JSON.stringify(prepared.problems));
const machine = await readyMachine(prepared.value, ledgerDir, context);
if (!machine.ok) throw new Error(JSON.stringify(machine.problems));
let thrown: Error | undefined;
try {
  const onEvent = ({ kind }: { readonly kind: string }): void => {
    // At once, and before this process can be killed: a pipe would be written to later.
    writeSync(2, `${kind}\n`);
    if (kind === process.env["THROW_AT"])
      setTimeout(() => {
        throw new Error("a bug of ours");
      }, 0);
  };
  await execute({ prepared: prepared.value, machine: machine.value, outDir, ledgerDir, secrets: secretsOf(env), onEvent }, context);
} catch (error) {
  thrown = error instanceof Error ? error : new Error(String(error));
}
const read = await readRecord(outDir);
process.stdout.write(
  JSON.stringify({
    thrown: thrown?.message,
    name: thrown?.name,
    readable: read.ok,
    problems: read.ok ? [] : read.problems,
    state: read.ok ? read.value.state : undefined,
    outcomes: read.ok ? read.value.cells.flatMap(({ launches }) => launches.map(({ outcome }) => outcome.state)) : [],
    peakKib: Number(/^VmHWM:\s+(\d+) kB/m.exec(readFileSync("/proc/self/status", "utf8"))?.[1]),
    cells: read.ok ? read.value.cells.filter(({ launches }) => launches.length > 0).length : 0,
  }),
);
