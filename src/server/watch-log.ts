import { cleanLine, phaseReader } from "../engines/index.ts";
import type { Clock, Milliseconds, Scene } from "../model/index.ts";
import { redact } from "../shell/index.ts";
import { logBook } from "./log-book.ts";
import type { LogBook } from "./log-book.ts";
import { progressReader } from "./progress.ts";
import type { StartRequest } from "./request.ts";
import { timeline } from "./timeline.ts";
import type { Timeline } from "./timeline.ts";

/** Everything one server's output tells, read line by line. */
export interface LogWatch {
  readonly book: LogBook;
  readonly phases: Timeline;
  /** Resolves with the first fatal line, as printed. */
  readonly fatal: Promise<string>;
  onLine(raw: string): void;
  /** To be called at the moment of the launch: from here times count. */
  launched(): void;
  /** Milliseconds since the launch. */
  sinceLaunch(): Milliseconds;
  /** When something last moved, on the clock. */
  lastProgressMs(): Milliseconds;
  scene(): Scene;
}

const TAIL_LINES = 40;
const NO_PREFIX = { prefix: /^(?!)/ };

export function watchLog(request: StartRequest, clock: Clock): LogWatch {
  const { engine, secrets } = request;
  let zero = clock.now();
  let lastProgress = zero;
  const sinceLaunch = (): Milliseconds => clock.now() - zero;
  const phases = timeline(sinceLaunch, request.onPhase);
  const book = logBook();
  const opens = phaseReader(engine);
  const moves = progressReader();
  const { promise: fatal, resolve: foundFatal } = Promise.withResolvers<string>();
  return {
    book,
    phases,
    fatal,
    onLine(raw) {
      const printed = redact(cleanLine(raw, NO_PREFIX), secrets);
      const cleaned = cleanLine(printed, engine);
      book.add(printed, cleaned);
      // A server under load logs much, and only its start-up has phases.
      if (phases.current() !== "serving") {
        if (moves(cleaned)) lastProgress = clock.now();
        const phase = opens(cleaned);
        if (phase !== undefined) phases.enter(phase, cleaned.slice(0, 300));
      }
      if (request.fatal(printed) || engine.fatal.some((pattern) => pattern.test(cleaned))) foundFatal(printed);
    },
    launched() {
      zero = clock.now();
      lastProgress = zero;
    },
    sinceLaunch,
    lastProgressMs: () => lastProgress,
    scene: () => ({ phase: phases.current(), logTail: book.tail(TAIL_LINES) }),
  };
}
