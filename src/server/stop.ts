import { connect } from "node:net";
import type { Context, StopReport } from "../model/index.ts";
import type { Serving } from "../shell/index.ts";

/** Time a live server gets to end by itself; vLLM's workers take up to 5 s of it. */
export const GRACE_MS = 15_000;
/** The runner gives a cancelled job 7.5 s in all. */
export const CANCEL_GRACE_MS = 2000;
const PORT_FREE_MS = 2000;

type World = Pick<Context, "clock" | "signal">;

/** Stops the server and proves that nothing is left: no process, and a port that refuses. In a hurry once the run is cancelled. */
export async function stopServer(serving: Serving, port: number | undefined, graceMs: number, world: World): Promise<StopReport> {
  const hurry = (): void => void serving.stop({ graceMs: CANCEL_GRACE_MS });
  world.signal.addEventListener("abort", hurry, { once: true });
  const report = await serving.stop({ graceMs: world.signal.aborted ? CANCEL_GRACE_MS : graceMs });
  world.signal.removeEventListener("abort", hurry);
  if (port === undefined || (await refuses(port, world))) return report;
  return { ...report, leftovers: [...report.leftovers, `port ${port} still accepts connections`] };
}

async function refuses(port: number, { clock }: World): Promise<boolean> {
  const until = clock.now() + PORT_FREE_MS;
  while (await accepts(port)) {
    if (clock.now() >= until) return false;
    await clock.sleep(50);
  }
  return true;
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: "127.0.0.1", port });
    const answer = (accepted: boolean): void => {
      socket.destroy();
      resolve(accepted);
    };
    socket.setTimeout(500, () => answer(true));
    socket.once("connect", () => answer(true));
    socket.once("error", () => answer(false));
  });
}
