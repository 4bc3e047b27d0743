// A server that answers at once with nothing to compute, and writes down its own times: started, listening, asked to end, ended; in
// milliseconds of the clock that all processes share. argv: port, file.
import { appendFileSync } from "node:fs";
import { createServer } from "node:http";

const [port, file] = process.argv.slice(2);
const now = () => Number(process.hrtime.bigint()) / 1e6;
const born = now() - performance.now();
const words = (body) => Array.from({ length: Math.min(body.max_tokens ?? 16, 64) }, (_, i) => ` word${i}`);
const server = createServer((request, response) => {
  let text = "";
  request.on("data", (chunk) => (text += chunk));
  request.on("end", () => {
    const json = (status, value) => {
      response.writeHead(status, { "content-type": "application/json" });
      response.end(JSON.stringify(value));
    };
    if (request.url === "/v1/models") return json(200, { data: [{ id: "null" }] });
    if (!(request.url ?? "").endsWith("completions")) return json(404, {});
    let body;
    try {
      body = JSON.parse(text);
    } catch {
      return json(400, { error: { message: "not JSON" } });
    }
    const said = words(body);
    const usage = { prompt_tokens: 16, completion_tokens: said.length, total_tokens: 16 + said.length };
    const chat = request.url.includes("chat");
    if (body.stream !== true)
      return json(200, {
        choices: [{ ...(chat ? { message: { content: said.join("") } } : { text: said.join("") }), finish_reason: "length" }],
        usage,
      });
    response.writeHead(200, { "content-type": "text/event-stream" });
    let at = 0;
    const next = () => {
      if (at < said.length) {
        const text = said[at++];
        response.write(`data: ${JSON.stringify({ choices: [chat ? { delta: { content: text } } : { text }] })}\n\n`);
        return void setTimeout(next, 2);
      }
      response.write(`data: ${JSON.stringify({ choices: [{ ...(chat ? { delta: {} } : { text: "" }), finish_reason: "length" }] })}\n\n`);
      response.write(`data: ${JSON.stringify({ choices: [], usage })}\n\n`);
      response.end("data: [DONE]\n\n");
    };
    next();
  });
});
process.on("SIGTERM", () => {
  const asked = now();
  server.closeAllConnections();
  appendFileSync(file, `${JSON.stringify({ born, listening, asked, ended: now() })}\n`);
  process.exit(0);
});
let listening = 0;
server.listen(Number(port), "127.0.0.1", () => {
  listening = now();
  process.stdout.write("INFO:     Application startup complete.\n");
});
