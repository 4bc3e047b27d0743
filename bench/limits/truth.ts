import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { engineFor } from "../../src/engines/index.ts";
import type { Endpoint } from "../../src/model/index.ts";
import type { Law } from "../fidelity/wire.ts";

/** A ground-truth server in a process of its own, on core 0. */
export async function withTruth<T>(law: Law, use: (url: string) => Promise<T>): Promise<T> {
  const program = join(import.meta.dirname, "../fidelity/server.ts");
  const server = spawn("taskset", ["-c", "0", process.execPath, program, JSON.stringify(law)], { stdio: ["ignore", "pipe", "inherit"] });
  const gone = once(server, "exit");
  try {
    const [line] = (await once(server.stdout, "data")) as [Buffer];
    return await use(line.toString().trim());
  } finally {
    server.kill("SIGKILL");
    await gone;
  }
}

export function endpointAt(url: string): Endpoint {
  return { url, model: "truth", dialect: { ...engineFor("vllm").dialect, metrics: false }, requestTimeoutMs: 60_000 };
}
