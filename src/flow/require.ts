import type { Config, MachineFacts, Problem } from "../model/index.ts";

/**
 * Whether this machine is the one the configuration asks for; checked before a server is started. The rehearsal engine brings its own
 * imaginary GPUs, and a server we only attach to may run anywhere.
 */
export function machineProblems(config: Config, machine: MachineFacts): Problem[] {
  const { gpu, count } = config.machine;
  if (config.engine === "rehearsal" || config.launch.url !== undefined || (gpu === undefined && count === undefined)) return [];
  const found = machine.gpus.filter((each) => gpu === undefined || each.name === gpu).length;
  if (found >= (count ?? 1)) return [];
  const wanted = [count === undefined ? "a" : String(count), gpu ?? "GPU"].join(" × ");
  const none = machine.gpusUnknown === undefined ? "no GPU" : `GPUs that cannot be asked: ${machine.gpusUnknown}`;
  const here = machine.gpus.length === 0 ? none : machine.gpus.map((each) => each.name).join(", ");
  return [
    {
      path: "machine",
      message: `wanted ${wanted.replace("a × ", "a ")}, found ${here}`,
      hint: 'Run the job on a runner that has them, or correct the "machine" section; "servegate doctor" shows what is here.',
    },
  ];
}
