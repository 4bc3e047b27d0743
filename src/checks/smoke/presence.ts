import { ask } from "../../load/index.ts";
import { failed, failedReply, passed, skipped, type SmokeRow } from "./row.ts";

export const health: SmokeRow = {
  id: "endpoint-answers",
  title: "Health endpoint answers",
  async try(site) {
    if (!site.endpoint.dialect.health) return skipped("this server has no health endpoint");
    const reply = await ask(site.endpoint, { method: "GET", path: "/health" }, site);
    return reply.error === undefined ? passed(`HTTP ${reply.status}`) : failedReply(reply);
  },
};

export const modelListed: SmokeRow = {
  id: "model-listed",
  title: "Model list names the served model",
  async try(site) {
    const { dialect, model } = site.endpoint;
    if (dialect.listsModel === false) return skipped("this server does not list the model it serves");
    const reply = await ask(site.endpoint, { method: "GET", path: "/v1/models" }, site);
    if (reply.error !== undefined) return failedReply(reply);
    const listed = (reply.json as { data?: unknown } | undefined)?.data;
    const names = Array.isArray(listed) ? listed.map((entry: { id?: unknown } | null) => String(entry?.id)) : [];
    if (names.includes(model)) return passed(model);
    // Another server may own the port: a left-over answers health checks just as well.
    return failed(`asked for ${model}, listed: ${names.length === 0 ? "nothing" : names.slice(0, 3).join(", ")}`);
  },
};
