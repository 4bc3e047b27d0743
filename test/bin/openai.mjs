// A minimal OpenAI endpoint. argv: port, served name, then words that change its behaviour.
import { createServer } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";

const [port, name, ...how] = process.argv.slice(2);
const is = (word) => how.includes(word);
const value = (word) => how.find((item) => item.startsWith(`${word}=`))?.slice(word.length + 1);
const say = (line) => process.stdout.write(`${line}\n`);

say("\u001B[32m(APIServer pid=1)\u001B[0m loading weights");
if (is("env")) say(`env ${JSON.stringify(process.env)}`);
if (is("progress-bar")) for (let at = 0; at <= 100; at += 10) process.stderr.write(`\rLoading shards: ${at}%`);
if (is("dies")) {
  say("Traceback (most recent call last):");
  say("RuntimeError: it broke");
  process.exit(Number(value("code") ?? 1));
}
if (is("fatal-hang")) {
  say("FATAL: an illegal memory access was encountered");
  say("  the rest of the traceback");
}
if (is("silent") || is("fatal-hang")) await sleep(3_600_000);
if (is("stuck")) setInterval(() => say("Waiting for 1 local core engine proc(s)"), 20);
if (is("stuck")) await sleep(3_600_000);
await sleep(Number(value("slow") ?? 0));
for (let at = 1; at <= Number(value("ticks") ?? 0); at += 1) {
  say(`compiled kernel ${at}`);
  await sleep(250);
}

// Before the line that a test may answer with a cancellation.
process.on("SIGTERM", () => (is("ignores-term") ? undefined : process.exit(0)));

say("listening");
let asked = 0;
createServer((request, response) => {
  const answer = (status, body) => {
    response.writeHead(status, { "content-type": "application/json" });
    response.end(JSON.stringify(body));
  };
  const { url } = request;
  if (url === "/health") return answer(is("never-healthy") ? 503 : 200, {});
  if (url === "/server_info") return answer(200, { attention_backend: "fa3" });
  if (url === "/v1/models") return is("models-500") ? answer(500, {}) : answer(200, { data: [{ id: value("as") ?? name }] });
  if (url === "/v1/completions" && is("chat-only")) return answer(404, { detail: "Not Found" });
  if (url !== "/v1/completions" && url !== "/v1/chat/completions") return answer(404, {});
  asked += 1;
  if (is("refuses")) return answer(400, { error: "no such thing" });
  if (is("dies-when-asked-again") && asked > 1) {
    say("CUDA error: the last thing it said");
    process.exit(0);
  }
  return answer(200, { choices: [{ text: " two" }] });
}).listen(Number(port), "127.0.0.1");
