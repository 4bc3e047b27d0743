// Starts one server, tells what it hears, and stops in order on SIGINT and SIGTERM. argv: folder, run id, then the server's argv.
import { serve } from "../../src/shell/index.ts";

const [dir = "", runId = "", ...argv] = process.argv.slice(2);
const say = (line: string): boolean => process.stdout.write(`${line}\n`);
let stopping = false;
let server: ReturnType<typeof serve> | undefined;
const stop = async (): Promise<void> => {
  if (stopping) return;
  stopping = true;
  const serving = await server;
  if (serving !== undefined && "stop" in serving) {
    const { leftovers } = await serving.stop({ graceMs: 100 });
    say(`stopped ${leftovers.length}`);
  }
  process.exit(130);
};
for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => void stop());
process.stdin.once("data", () => void stop());
say("starting");
server = serve(argv, { runId, ledgerDir: `${dir}/ledger`, logFile: `${dir}/server.log`, inherit: process.env, env: {}, onLine: say });
const serving = await server;
if ("spawnError" in serving) say(`not started: ${serving.spawnError}`);
