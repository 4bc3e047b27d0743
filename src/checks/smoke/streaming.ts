import { API_PATH, ask, eventText, generation, parseJson, type Reply } from "../../load/index.ts";
import type { Milliseconds } from "../../model/index.ts";
import { generate, questionBody } from "../generated.ts";
import { plainQuestion } from "../question.ts";
import { failed, failedReply, passed, type Seen, type Site, type SmokeRow } from "./row.ts";

const MAX_TOKENS = 32;
/** Lengths of the answers asked for where all of the first came in one read. */
const LONGER = [64, 128, 256];
/** Below this many events one read may hold them all by chance. */
const ENOUGH_EVENTS = 8;

/**
 * Events come as they are generated, end in usage and a finish reason, and count the same prompt as without streaming. Texts are not
 * compared: at temperature 0 batching may still change them.
 */
export const streaming: SmokeRow = {
  id: "streaming",
  title: "Streaming",
  async try(site) {
    let stream = await streamed(site, MAX_TOKENS);
    // On a busy machine one read can hold a whole short answer of a small model; a server that buffers does it at every length.
    for (const length of LONGER) {
      if (!stream.together) break;
      const longer = await streamed(site, length);
      if (longer.reply.error !== undefined) break;
      stream = longer;
    }
    const flaw = flawOf(stream);
    if (flaw !== undefined) return flaw;
    const plain = await generate(site.endpoint, { question: plainQuestion(4), maxTokens: MAX_TOKENS, api: site.api }, site);
    if (plain.reply.error !== undefined) return failedReply(plain.reply);
    if (plain.promptTokens !== stream.promptTokens) {
      return failed(`the prompt counts ${stream.promptTokens} tokens with streaming and ${plain.promptTokens} without`);
    }
    return passed(`${stream.tokenTimes.length} events over ${Math.round(stream.spanMs)} ms, usage ${stream.completionTokens} tokens`);
  },
};

async function streamed(site: Site, maxTokens: number): Promise<Stream> {
  return readStream(await ask(site.endpoint, { method: "POST", path: API_PATH[site.api], body: streamBody(site, maxTokens) }, site));
}

export function streamBody({ endpoint, api }: Site, maxTokens = MAX_TOKENS): Record<string, unknown> {
  const options = { maxTokens, stream: true, exactLength: true };
  return { ...generation(endpoint, options), ...questionBody(plainQuestion(4), api) };
}

interface Stream {
  readonly reply: Reply;
  readonly tokenTimes: readonly Milliseconds[];
  readonly spanMs: Milliseconds;
  /** Enough events to judge, and all of them in one read. */
  readonly together: boolean;
  readonly finished: boolean;
  readonly promptTokens?: number;
  readonly completionTokens?: number;
}

interface Chunk {
  readonly error?: unknown;
  readonly choices?: readonly { readonly finish_reason?: unknown }[];
  readonly usage?: { readonly prompt_tokens?: number; readonly completion_tokens?: number } | null;
}

function readStream(reply: Reply): Stream {
  const tokenTimes = reply.events.filter(({ data }) => eventText(data) !== "").map(({ atMs }) => atMs);
  const chunks = reply.events.map(({ data }) => parseJson(data) as Chunk | undefined);
  const usage = chunks.findLast((chunk) => chunk?.usage !== undefined && chunk.usage !== null)?.usage;
  const spanMs = (tokenTimes.at(-1) ?? 0) - (tokenTimes[0] ?? 0);
  return {
    reply,
    tokenTimes,
    spanMs,
    together: tokenTimes.length >= ENOUGH_EVENTS && spanMs === 0,
    finished: chunks.some((chunk) => typeof chunk?.choices?.[0]?.finish_reason === "string"),
    ...(usage?.prompt_tokens === undefined ? {} : { promptTokens: usage.prompt_tokens }),
    ...(usage?.completion_tokens === undefined ? {} : { completionTokens: usage.completion_tokens }),
  };
}

function flawOf(stream: Stream): Seen | undefined {
  if (stream.reply.error !== undefined) return failedReply(stream.reply);
  const sick = stream.reply.events.find(({ data }) => data.startsWith('{"error"'));
  if (sick !== undefined) return failed(`error in the stream: ${sick.data.slice(0, 200)}`);
  if (stream.tokenTimes.length === 0) return failed("no event carried text");
  if (!stream.finished) return failed("the stream ended without a finish reason");
  if (stream.completionTokens === undefined) return failed("the stream ended without usage");
  return stream.together ? failed(`all ${stream.tokenTimes.length} events arrived at once`) : undefined;
}
