/** How the ground-truth server paces its answers. */
export interface Law {
  readonly ttftMs: number;
  /** Between tokens of a stream; 0 for as fast as possible. */
  readonly intervalMs: number;
  /** One request at a time, in the order in which they were read: a queue before one server that takes `ttftMs` for each. */
  readonly oneAtATime?: boolean;
}

export const HEAD = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream; charset=utf-8\r\nTransfer-Encoding: chunked\r\n\r\n";

const ID = "cmpl-0123456789abcdef0123456789abcdef";
const START = {
  completions: `{"id":"${ID}","object":"text_completion","created":1790000000,"model":"truth","choices":[`,
  chat: `{"id":"${ID}","object":"chat.completion.chunk","created":1790000000,"model":"truth","choices":[`,
};

/** One event of the form and length that vLLM writes, framed as an HTTP chunk; its text is the stamp. ASCII only. */
export function event(chat: boolean, stampNs: number): string {
  const choice = chat
    ? `{"index":0,"delta":{"content":" ${stampNs}"},"logprobs":null,"finish_reason":null,"token_ids":null}`
    : `{"index":0,"text":" ${stampNs}","logprobs":null,"finish_reason":null,"stop_reason":null}`;
  return chunk(`data: ${chat ? START.chat : START.completions}${choice}]}\n\n`);
}

/** Finish, usage and the end mark, and the end of the body. */
export function closing(chat: boolean, prompt: number, completion: number): string {
  const start = chat ? START.chat : START.completions;
  const choice = chat ? `{"index":0,"delta":{},"finish_reason":"length"}` : `{"index":0,"text":"","finish_reason":"length"}`;
  const usage = `{"prompt_tokens":${prompt},"completion_tokens":${completion},"total_tokens":${prompt + completion}}`;
  return `${chunk(`data: ${start}${choice}]}\n\n`)}${chunk(`data: ${start}],"usage":${usage}}\n\n`)}${chunk("data: [DONE]\n\n")}0\r\n\r\n`;
}

function chunk(data: string): string {
  return `${data.length.toString(16)}\r\n${data}\r\n`;
}
