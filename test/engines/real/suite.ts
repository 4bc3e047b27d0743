/**
 * The real-engine suite: real servers with our tiny model, through the committed command line, on whatever this machine computes with.
 * `npm run test:engines`, or one of them: `node test/engines/real/suite.ts vllm`. Ends with `N passed, N failed`.
 */
import { conclude } from "./harness.ts";
import { llamacpp } from "./llamacpp.ts";
import { transformers } from "./transformers.ts";
import { vllm } from "./vllm.ts";

const engines = { llamacpp, transformers, vllm };
const named = process.argv.slice(2);
for (const [name, run] of Object.entries(engines)) if (named.length === 0 || named.includes(name)) await run();
conclude();
