import { homedir, tmpdir } from "node:os";
import { ask } from "./ask.ts";

/** A room for programs that nobody vouches for, or why there is none here. */
export type Confinement =
  | { readonly ok: true; readonly wrap: (argv: readonly string[]) => string[] }
  | { readonly ok: false; readonly reason: string };

const PROBE_MS = 10_000;
const NOBODY = 65_534;
const LIMITS = ["prlimit", "--as=2147483648", "--cpu=20", "--nproc=256", "--fsize=16777216", "--core=0"];
/** Exit codes of the probe, by what it found open. */
const OPEN: Readonly<Record<number, string>> = {
  41: "the network is still there",
  42: "files outside can still be written",
  43: "other processes can still be seen",
};

/**
 * Namespaces of its own for network, processes, mounts and IPC: no interface but a dead loopback, nothing of the machine's processes, the file
 * system read-only, and empty folders where the user keeps things. Without privileges, as nobody where we are root, within limits of memory,
 * time and processes. Trusted only after a probe inside has found every one of these shut.
 */
export async function confinement(): Promise<Confinement> {
  const wrap = wrapper(process.getuid?.() === 0);
  const probe = [
    'test "$(cat /proc/net/dev | tail -n +3 | grep -vc "^ *lo:")" = 0 || exit 41',
    '(: > "$1/servegate-probe.$$") 2>/dev/null && exit 42',
    'test "$(ls /proc | grep -c "^[0-9]")" -lt 8 || exit 43',
    "exit 0",
  ].join("\n");
  const answer = await ask(wrap(["/bin/sh", "-c", probe, "sh", process.cwd()]), {
    timeoutMs: PROBE_MS,
    env: { PATH: "/usr/sbin:/usr/bin:/sbin:/bin" },
  });
  if (answer.ok) return { ok: true, wrap };
  const open = OPEN[answer.exitCode ?? 0];
  const said = answer.stderr.trim().split("\n").at(-1) ?? "";
  return { ok: false, reason: open ?? (said === "" ? `the probe ended with exit code ${answer.exitCode ?? "unknown"}` : said) };
}

function wrapper(root: boolean): (argv: readonly string[]) => string[] {
  const user = root ? [] : ["--user", "--map-root-user"];
  const hidden = [homedir(), "/root", "/home", tmpdir(), "/tmp", "/var/tmp", "/dev/shm", "/run"];
  const script = [
    'while read -r _ place _; do mount -o remount,bind,ro "$place" 2>/dev/null || :; done < /proc/self/mounts',
    ...[...new Set(hidden)].map(
      (folder) => `test ! -d ${quoted(folder)} || mount -t tmpfs -o size=64m,mode=1777 tmpfs ${quoted(folder)} || exit 125`,
    ),
    "cd /tmp || exit 125",
    'exec "$@"',
  ].join("\n");
  const drop = root ? [`--reuid=${NOBODY}`, `--regid=${NOBODY}`, "--clear-groups"] : [];
  const bare = ["setpriv", ...drop, "--inh-caps=-all", "--ambient-caps=-all", "--bounding-set=-all", "--no-new-privs"];
  const rooms = [
    "--net",
    "--pid",
    "--fork",
    "--kill-child=SIGKILL",
    "--mount",
    "--propagation",
    "private",
    "--ipc",
    "--uts",
    "--mount-proc",
  ];
  return (argv) => ["unshare", ...user, ...rooms, "/bin/sh", "-c", script, "sh", ...LIMITS, ...bare, ...argv];
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
