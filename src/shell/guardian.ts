import { spawn } from "node:child_process";
import { Socket } from "node:net";
import type { Container } from "./container.ts";
import { dockerVariables } from "./environment.ts";
import type { LimitMark } from "./limit-mark.ts";

/** Kills a server's processes when we are gone, however we went. */
export interface Guardian {
  readonly pid: number | undefined;
  /** Tells it which process is the server's first; that one is killed with its group even if it wiped its environment, and so is who writes to its outputs. */
  watch(server: { readonly pid: number; readonly startTicks: number }, outputs: readonly string[]): void;
  /** Sends it home; resolves when it has ended. */
  dismiss(): Promise<void>;
}

/**
 * Reads lines until the pipe ends. `done`: all is well, go. End of file: our side is dead, so kill whatever carries the mark ($1),
 * bears the limit for file locks ($5) or writes to the server's outputs until two looks in a row find nobody; the control group ($2), where there is
 * one, is killed first and as one. Containers with the label ($4) are removed by docker's client ($3). A dead process keeps its limits until it is reaped, which
 * in a container may be never. Field 22 of /proc/PID/stat is the start; after the name it is the 20th word.
 */
const SCRIPT = `
mark=$1; group=$2; docker=$3; label=$4; limit=$5; pid=; start=; out=; err=
while read -r word a b c d; do
  case $word in done) exit 0;; watch) pid=$a; start=$b; out=$c; err=$d;; esac
done
[ -n "$group" ] && echo 1 2>/dev/null > "$group/cgroup.kill"
if [ -n "$pid" ] && stat=$(cat "/proc/$pid/stat" 2>/dev/null); then
  set -- \${stat##*) }
  [ "\${20}" = "$start" ] && kill -s KILL -- "-$pid" 2>/dev/null
fi
clean=0; round=0
while [ $clean -lt 2 ] && [ $round -lt 400 ]; do
  round=$((round + 1))
  found=$(grep -lzsxF -e "$mark" /proc/[0-9]*/environ)
  if [ -n "$out" ]; then
    found="$found $(ls -l /proc/[0-9]*/fd/1 /proc/[0-9]*/fd/2 2>/dev/null | grep -F -e "-> $out" -e "-> \${err:-$out}" | grep -o '/proc/[0-9]*/')"
    [ "$found" = " " ] && found=
  fi
  [ -n "$limit" ] && for file in $(grep -lsE "^Max file locks +$limit +$limit " /proc/[0-9]*/limits); do
    stat=$(cat "\${file%limits}stat" 2>/dev/null) || continue
    case \${stat##*) } in Z*|X*) ;; *) found="$found $file";; esac
  done
  if [ -z "$found" ]; then clean=$((clean + 1)); continue; fi
  clean=0
  for file in $found; do id=\${file#/proc/}; kill -s KILL "\${id%%/*}" 2>/dev/null; done
  sleep 0.02 2>/dev/null || sleep 1
done
round=0; clean=0
while [ -n "$label" ] && [ $clean -lt 2 ] && [ $round -lt 100 ]; do
  round=$((round + 1))
  if found=$("$docker" ps --all --quiet --filter "label=$label" 2>/dev/null) && [ -z "$found" ]; then clean=$((clean + 1)); else clean=0; fi
  [ -n "$found" ] && "$docker" rm --force --volumes $found >/dev/null 2>&1
  sleep 0.1 2>/dev/null || sleep 1
done
round=0
while [ -n "$group" ] && [ -d "$group" ] && ! rmdir "$group" 2>/dev/null && [ $round -lt 400 ]; do
  round=$((round + 1))
  sleep 0.02 2>/dev/null || sleep 1
done
`;

/**
 * Starts the guardian in a session of its own. Its environment holds neither the mark (it would kill itself) nor
 * `RUNNER_TRACKING_ID` (GitHub's sweep at the end of a job would take it before it can do its work).
 */
export function startGuardian(
  { marker, group = "", limit }: { readonly marker: string; readonly group: string | undefined; readonly limit: LimitMark | undefined },
  from: Readonly<Record<string, string | undefined>>,
  container?: Pick<Container, "program" | "label">,
): Guardian {
  // The mark is an argument and never exported, so that neither the guardian nor the tools it runs carry it.
  const words = ["-c", SCRIPT, "servegate-guardian", marker, group, container?.program ?? "", container?.label ?? "", String(limit ?? "")];
  const child = spawn("/bin/sh", words, {
    env: { PATH: from["PATH"] ?? "/usr/bin:/bin", ...(container === undefined ? {} : dockerVariables(from)) },
    cwd: "/",
    detached: true,
    stdio: ["pipe", "ignore", "ignore"],
  });
  const ended = new Promise<void>((resolve) => {
    child.once("exit", () => resolve());
    child.once("error", () => resolve());
  });
  // Its death must not be ours: a write to a dead guardian is no news.
  child.stdin.on("error", () => undefined);
  child.unref();
  // An open pipe to it must not keep us running.
  if (child.stdin instanceof Socket) child.stdin.unref();
  return {
    pid: child.pid,
    watch: ({ pid, startTicks }, outputs) => void child.stdin.write(`watch ${pid} ${startTicks} ${outputs.join(" ")}\n`),
    async dismiss() {
      child.ref();
      child.stdin.end("done\n");
      await ended;
    },
  };
}
