import { API_PATH, ask } from "../../load/index.ts";
import { generate } from "../generated.ts";
import { stillAnswers } from "./generation.ts";
import { plainQuestion } from "../question.ts";
import { failed, failedReply, passed, type SmokeRow } from "./row.ts";
import { streamBody } from "./streaming.ts";

export const badRequest: SmokeRow = {
  id: "bad-request",
  title: "A bad request gets 4xx and the server survives",
  async try(site) {
    const reply = await ask(site.endpoint, { method: "POST", path: API_PATH[site.api], body: '{"model": "unfinished' }, site);
    const after = await stillAnswers(site);
    if (after !== undefined) return { ...after, detail: `after a malformed request: ${after.detail}` };
    if (reply.error === "http-4xx") return passed(`HTTP ${reply.status}`);
    return failed(`malformed JSON was answered with ${reply.status === 0 ? reply.error : `HTTP ${reply.status}`}`);
  },
};

export const abortedStream: SmokeRow = {
  id: "aborted-stream",
  title: "An aborted stream leaves the server alive",
  async try(site) {
    const question = { method: "POST", path: API_PATH[site.api], body: streamBody(site), hangUpAfter: 2 } as const;
    const reply = await ask(site.endpoint, question, site);
    if (reply.error !== undefined) return failedReply(reply);
    const after = await stillAnswers(site);
    if (after !== undefined) return { ...after, detail: `after hanging up: ${after.detail}` };
    return passed(`hung up after ${reply.events.length} events, the next request was answered`);
  },
};

export const concurrent: SmokeRow = {
  id: "concurrent",
  title: "Requests at once",
  async try(site) {
    const asked = Array.from({ length: site.concurrent }, (_, i) => plainQuestion(i));
    const answers = await Promise.all(asked.map((question) => generate(site.endpoint, { question, maxTokens: 32, api: site.api }, site)));
    const broken = answers.filter(({ text }) => text === undefined || text.trim() === "");
    const [first] = broken;
    if (first === undefined) return passed(`${answers.length} of ${answers.length} answered`);
    const why = first.reply.error === undefined ? failed("empty answer") : failedReply(first.reply);
    return { ...why, detail: `${broken.length} of ${answers.length} not answered, the first: ${why.detail}` };
  },
};
