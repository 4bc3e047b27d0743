import { type ChildProcess, fork } from "node:child_process";

/** A process of the engine's tree other than the parent. Travels as JSON on the command line. */
export interface MemberSpec {
  /** The name that log prefixes use. */
  readonly who: string;
  /** The name that `ps` shows. */
  readonly title: string;
  readonly children: readonly MemberSpec[];
  /** Runs in a session of its own and outlives a parent that was killed. */
  readonly orphan: boolean;
}

/** From a member to its parent. */
export type Report =
  | { readonly kind: "born"; readonly who: string; readonly pid: number }
  | { readonly kind: "lost"; readonly who: string; readonly pid: number; readonly exitCode: number };

/** From a parent to a member: end yourself, or pass it on to the child named. */
export interface Order {
  readonly who: string;
  readonly end: { readonly exit: number } | { readonly signal: NodeJS.Signals };
}

/** Start one member from the program that is running now, source or bundle. Its output goes where ours goes. */
export function forkMember(spec: MemberSpec, onReport: (report: Report) => void): ChildProcess {
  const child = fork(process.argv[1] ?? "", ["--role", JSON.stringify(spec)], {
    stdio: ["ignore", "inherit", "inherit", "ipc"],
    detached: spec.orphan,
    execArgv: [],
  });
  const pid = child.pid ?? 0;
  child.on("message", (message) => onReport(message as Report));
  child.on("exit", (code, signal) => onReport({ kind: "lost", who: spec.who, pid, exitCode: exitCodeOf(code, signal) }));
  // A member that could not be asked (it is gone already) is reported by `exit`.
  child.on("error", () => undefined);
  return child;
}

/** The life of a member: hold a name, hold children, obey, and leave when the parent is gone. */
export function live(spec: MemberSpec): void {
  process.title = spec.title;
  const children = new Map<string, ChildProcess>();
  const report = (message: Report): void => void (process.connected && process.send?.(message));
  for (const child of spec.children) children.set(child.who, forkMember(child, report));
  process.on("SIGTERM", () => leave([...children.values()], "SIGTERM"));
  // A Ctrl-C reaches the whole group; the parent decides.
  process.on("SIGINT", () => undefined);
  process.on("message", (message) => obey(message as Order, spec, children));
  const dependent = spec.children.flatMap(({ who, orphan }) => (orphan ? [] : [children.get(who)]));
  // Told only now that the name is changed and orders are heard.
  report({ kind: "born", who: spec.who, pid: process.pid });
  if (!spec.orphan) process.on("disconnect", () => leave(dependent, "SIGKILL"));
  // Keeps an orphan's event loop alive when its channel is gone.
  setInterval(() => undefined, 1 << 30);
}

/** End the children and wait until they are reaped, so that no zombie is handed to an init that does not reap. */
function leave(children: readonly (ChildProcess | undefined)[], signal: NodeJS.Signals): void {
  const left = children.filter((child) => child !== undefined && child.exitCode === null && child.signalCode === null);
  const gone = (): void => {
    if (left.every((child) => child?.exitCode !== null || child.signalCode !== null)) process.exit(0);
  };
  for (const child of left) {
    child?.on("exit", gone);
    child?.kill(signal);
  }
  gone();
}

function obey({ who, end }: Order, spec: MemberSpec, children: ReadonlyMap<string, ChildProcess>): void {
  if (who !== spec.who) {
    children.get(who)?.send({ who, end } satisfies Order);
    return;
  }
  if ("exit" in end) process.exit(end.exit);
  process.kill(process.pid, end.signal);
}

/** Python's way of counting: negative for a signal. */
function exitCodeOf(code: number | null, signal: NodeJS.Signals | null): number {
  if (code !== null) return code;
  const numbers: Partial<Record<NodeJS.Signals, number>> = { SIGKILL: 9, SIGTERM: 15, SIGABRT: 6, SIGSEGV: 11, SIGINT: 2 };
  return -(signal === null ? 0 : (numbers[signal] ?? 0));
}
