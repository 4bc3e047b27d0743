// A server that does everything to survive: ignores TERM, keeps children in other sessions, wipes one child's environment, closes another's outputs too.
// argv: a word that marks its processes in tests.
import { spawn } from "node:child_process";

const [word = "hostile", role = "main"] = process.argv.slice(2);
for (const name of ["SIGTERM", "SIGINT", "SIGHUP"]) process.on(name, () => undefined);
setInterval(() => undefined, 1000);
const again = (next, options) => spawn(process.execPath, [import.meta.filename, word, next], { stdio: "inherit", ...options }).unref();
if (role === "main") {
  again("child", {});
  again("session", { detached: true });
  again("fork", { detached: true });
  process.stdout.write("hostile is up\n");
}
if (role === "fork") {
  // A daemon that can be found neither by its session nor by its environment.
  again("bare", { detached: true, env: {} });
  // This one not by its outputs either.
  again("hidden", { detached: true, env: {}, stdio: "ignore" });
  again("daemon", { detached: true });
  setTimeout(() => process.exit(0), 50);
}
if (role === "daemon") process.stdout.write("daemon is up\n");
