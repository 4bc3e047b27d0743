import type { Commands } from "../checks/index.ts";
import { ask, confinement } from "../shell/index.ts";

const OUTPUT_BYTES = 4 * 1024 * 1024;

/** What checks may start beside a server, and whether there is a confined room here, which is tried out first. */
export async function commands(): Promise<Commands> {
  const room = await confinement();
  const run: Commands["run"] = (argv, options) => ask(argv, { maxBytes: OUTPUT_BYTES, ...options });
  return {
    run,
    confined: room.ok ? { run: (argv, options) => ask(room.wrap(argv), { maxBytes: OUTPUT_BYTES, ...options }) } : { why: room.reason },
  };
}
