// A harness that starts one server and waits to be killed. argv: folder, run id, then the server's argv.
import { serve } from "../../src/shell/index.ts";

const [dir = "", runId = "", ...argv] = process.argv.slice(2);
const say = (line: string): boolean => process.stdout.write(`${line}\n`);
const serving = await serve(argv, {
  runId,
  ledgerDir: `${dir}/ledger`,
  logFile: `${dir}/server.log`,
  inherit: process.env,
  env: {},
  onLine: say,
  // A container that the argv runs, by its name.
  ...(process.env["CONTAINER"] === undefined ? {} : { container: process.env["CONTAINER"], isolation: { docker: true } }),
});
if ("spawnError" in serving) say(serving.spawnError);
