import { type Server, createServer } from "node:net";

/** Whether the address can be bound now. */
export async function portIsFree(host: string, port: number): Promise<boolean> {
  const probe = createServer();
  const free = await listen(probe, host, port);
  if (free) await new Promise((resolve) => probe.close(resolve));
  return free;
}

/** Listen, or false when somebody else has the address. Any other error is ours and thrown. */
export function listen(server: Server, host: string, port: number): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const onError = (error: NodeJS.ErrnoException): void => (error.code === "EADDRINUSE" ? resolve(false) : reject(error));
    server.once("error", onError);
    server.listen(port, host, 511, () => {
      server.off("error", onError);
      resolve(true);
    });
  });
}
