import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { quantile, type Measured } from "./limit.ts";

const RUNS = 11;
const LIMIT_MS = 300;

/** From starting the built command line to the first request for tokens, as a shell's user waits for it. */
export async function startUp(): Promise<Measured> {
  const times: number[] = [];
  for (let run = 0; run < RUNS; run += 1) times.push(await oneStart());
  const [median, worst] = [quantile(times, 0.5), Math.max(...times)];
  return {
    what: "`node dist/cli.js bench --url …` to its first request for tokens",
    seen: `${median.toFixed(0)} ms median, ${worst.toFixed(0)} ms at most, of ${RUNS}`,
    limit: `< ${LIMIT_MS} ms`,
    holds: median < LIMIT_MS,
  };
}

async function oneStart(): Promise<number> {
  const { promise: asked, resolve } = Promise.withResolvers<number>();
  const server = createServer((request, response) => {
    if (request.method === "POST") resolve(performance.now());
    if (request.method === "POST") return void response.writeHead(503).end();
    response.setHeader("Content-Type", "application/json");
    response.end(JSON.stringify({ data: [{ id: "truth" }] }));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const cli = join(import.meta.dirname, "../../dist/cli.js");
  const fromMs = performance.now();
  const child = spawn(process.execPath, [cli, "bench", "--url", `http://127.0.0.1:${port}`], { stdio: "ignore" });
  const atMs = await asked;
  child.kill("SIGKILL");
  await once(child, "exit");
  server.closeAllConnections();
  server.close();
  return atMs - fromMs;
}
