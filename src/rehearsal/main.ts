/**
 * The rehearsal server: an inference server without a GPU, started and stopped as a real one. The same program plays its own
 * worker processes, which carry `--role`. Modules are loaded on demand so that workers start at once.
 */
import { enableCompileCache } from "node:module";
import { isMainThread, parentPort, workerData } from "node:worker_threads";

// Four processes of the same program per launch: compiled once, each of them is up in a third of the time.
enableCompileCache();

const [flag, role] = process.argv.slice(2);
if (!isMainThread && parentPort !== null) {
  const { inferOn } = await import("./model/thread.ts");
  inferOn(parentPort, workerData);
} else if (flag === "--role") {
  const { live } = await import("./worker.ts");
  live(JSON.parse(role ?? "{}"));
} else {
  const { rehearse } = await import("./rehearse.ts");
  const code = await rehearse(process.argv.slice(2), process.env);
  if (code !== undefined) process.exitCode = code;
}
