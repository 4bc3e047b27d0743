export { attachServer } from "./attach.ts";
export type { Ended, RunningServer, StartRequest, Started } from "./request.ts";
export { startServer } from "./start.ts";
export { shown } from "./shown.ts";
export { vocabularyOf } from "./vocabulary.ts";
