const LOOK_MS = 1000;

/**
 * Calls `onGone` once when the process that started us ends. A runner whose worker is killed tells its steps nothing: a silent one
 * would go on for ever, with GPUs that nobody waits for. Does not keep us running.
 */
export function watchParent(onGone: () => void, parent: () => number = () => process.ppid): void {
  const first = parent();
  // Started by the first process of a container, or already adopted: nothing can be told from it.
  if (first <= 1) return;
  const timer = setInterval(() => {
    if (parent() === first) return;
    clearInterval(timer);
    onGone();
  }, LOOK_MS);
  timer.unref();
}
