import { existsSync, rmSync, symlinkSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { createServer } from "node:net";
import { join, resolve } from "node:path";
import type { StartRequest } from "./request.ts";

/** Where and under which name one server will answer. */
export interface Place {
  readonly port: number;
  /** What to ask for; unique to the launch wherever the engine lets us choose. */
  readonly name: string;
  /** What `{model}` becomes. */
  readonly model: string;
  /** Name of its container, where it runs in one. */
  readonly container?: string;
}

/**
 * Chooses a free port and a name no other server has, so that an answer from an earlier server on the same port is recognised. An
 * engine that serves under the model's own path gets a link whose path is the name; a model on the hub keeps its id.
 */
export async function choosePlace(request: StartRequest): Promise<Place> {
  const { model } = request.planned.launch;
  const port = await freePort();
  const name = `servegate-${request.runId}-${request.planned.cell.fingerprint.slice(0, 6)}-${request.launchNumber}`;
  if (request.planned.launch.container === true) return { port, ...inContainer(request, name), container: name };
  if (request.engine.servedAs !== "model-path") return { port, name, model };
  if (!existsSync(model)) return { port, name: model, model };
  await mkdir(request.dir, { recursive: true });
  const link = resolve(join(request.dir, name));
  rmSync(link, { force: true });
  symlinkSync(resolve(model), link);
  return { port, name: link, model: link };
}

/** A model's folder may lie anywhere in a container, so that the path itself can be the name. */
function inContainer({ planned, engine }: StartRequest, name: string): Pick<Place, "name" | "model"> {
  const { model } = planned.launch;
  if (engine.servedAs !== "model-path") return { name, model };
  const path = model.startsWith("/") ? `/servegate/${name}` : model;
  return { name: path, model: path };
}

/** A port of 127.0.0.1 that nobody listens on at this moment; somebody may take it before the server does. */
export function freePort(): Promise<number> {
  return new Promise((done, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => (typeof address === "object" && address !== null ? done(address.port) : reject(new Error("no port"))));
    });
  });
}
