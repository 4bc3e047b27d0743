import { describe, expect, it } from "vitest";
import type { Api } from "../../src/github/api.ts";
import { factsOf, marker } from "../../src/github/body.ts";
import { upsertComment } from "../../src/github/comment.ts";
import { ApiError, type Place } from "../../src/github/index.ts";

const SCHEDULES = 12_000;
const HEAD = "b".repeat(40);

const PLACE: Place = {
  apiUrl: "",
  owner: "acme",
  repo: "engine",
  headSha: HEAD,
  fork: false,
  event: "pull_request",
  runUrl: "",
  externalId: "1",
};

/** mulberry32: the schedule is told by its number alone, so that a failure can be repeated. */
function dice(seed: number): (sides: number) => number {
  let state = seed;
  return (sides) => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) % sides;
  };
}

interface Stored {
  readonly id: number;
  body: string;
  readonly user: { readonly login: string };
  readonly html_url: string;
}

/** GitHub's memory, with requests carried out one at a time in an order that the dice choose. */
class World {
  comments: Stored[] = [];
  readonly roll: (sides: number) => number;
  #ids = 0;
  readonly #waiting: (() => void)[] = [];

  constructor(roll: (sides: number) => number) {
    this.roll = roll;
  }

  /** Resolves when the dice let this request through. */
  turn(): Promise<void> {
    return new Promise((go) => this.#waiting.push(go));
  }

  async drain(done: () => boolean): Promise<void> {
    while (!done()) {
      if (this.#waiting.length > 0) this.#waiting.splice(this.roll(this.#waiting.length), 1)[0]?.();
      // Lets the writers come to their next request.
      for (let i = 0; i < 12; i++) await Promise.resolve();
    }
  }

  act(route: string, parameters: Record<string, unknown>): unknown {
    const id = Number(parameters["comment_id"]);
    if (route.startsWith("GET") && route.includes("/pulls/")) return { head: { sha: HEAD } };
    if (route.startsWith("GET")) return this.comments.map((one) => ({ ...one }));
    if (route.startsWith("POST")) {
      this.comments.push({ id: ++this.#ids, body: String(parameters["body"]), user: { login: "bot[bot]" }, html_url: `#${this.#ids}` });
      return { ...this.comments.at(-1) };
    }
    const found = this.comments.find((one) => one.id === id);
    if (found === undefined) throw new ApiError("Not Found", 404);
    if (route.startsWith("DELETE")) this.comments = this.comments.filter((one) => one !== found);
    else found.body = String(parameters["body"]);
    return { ...found };
  }
}

/** An Api over it that loses requests and answers as a network does; after `lifetime` requests its process is dead. */
function unreliable(world: World, losses: { left: number }, lifetime: number): Api {
  let requests = 0;
  const once = async <T>(route: string, parameters: Record<string, unknown>): Promise<T> => {
    await world.turn();
    if (++requests > lifetime) throw new Error("this process was killed");
    const fate = losses.left > 0 ? world.roll(5) : 4;
    if (fate < 2) losses.left -= 1;
    if (fate === 0) throw new ApiError("lost before", 0);
    const answer = world.act(route, parameters) as T;
    if (fate === 1) throw new ApiError("lost after", 502);
    return answer;
  };
  return {
    allow: () => undefined,
    pause: async () => undefined,
    graphql: async <T>() => ({ viewer: { login: "bot" } }) as T,
    request: async <T>(route: string, parameters: Record<string, unknown>): Promise<T> => {
      for (;;) {
        try {
          return await once<T>(route, parameters);
        } catch (error) {
          if (route.startsWith("POST") || !(error instanceof ApiError) || !error.uncertain) throw error;
        }
      }
    },
  };
}

async function write(api: Api, text: string): Promise<string> {
  const facts = { schema: "servegate/comment@1", headSha: HEAD } as const;
  return upsertComment(api, PLACE, { pullRequest: 7, key: "gate", mode: "sticky", facts, text });
}

/** Two or three runs write at once, some of them on a machine that dies; then one more run. */
async function schedule(seed: number): Promise<{ world: World; afterAll: number; deaths: number }> {
  const roll = dice(seed);
  const world = new World(roll);
  const losses = { left: 3 };
  const writers = 2 + roll(2);
  let ended = 0;
  let deaths = 0;
  for (let i = 0; i < writers; i++) {
    const lifetime = roll(4) === 0 ? 1 + roll(8) : Number.POSITIVE_INFINITY;
    void write(unreliable(world, losses, lifetime), `run ${i}`)
      .catch(() => (deaths += 1))
      .finally(() => (ended += 1));
  }
  await world.drain(() => ended === writers);
  const afterAll = world.comments.length;
  let last = false;
  void write(unreliable(world, { left: 1 }, Number.POSITIVE_INFINITY), "last").finally(() => (last = true));
  await world.drain(() => last);
  return { world, afterAll, deaths };
}

describe("the one comment", () => {
  it(
    `is one after ${SCHEDULES} interleavings of concurrent runs with lost requests, lost answers and deaths`,
    { timeout: 60_000 },
    async () => {
      const broken: string[] = [];
      let died = 0;
      for (let seed = 1; seed <= SCHEDULES; seed++) {
        const { world, afterAll, deaths } = await schedule(seed);
        died += deaths;
        if (deaths === 0 && afterAll !== 1) broken.push(`schedule ${seed}: ${afterAll} comments after all runs ended`);
        const [only, ...others] = world.comments;
        if (others.length > 0 || only?.body.endsWith("\nlast") !== true) broken.push(`schedule ${seed}: not the last text alone`);
        if (only?.body.startsWith(marker("gate")) !== true || factsOf(only.body)?.headSha !== HEAD) broken.push(`schedule ${seed}: body`);
      }
      expect(broken.slice(0, 5)).toEqual([]);
      // The schedules must contain what they claim to.
      expect(died).toBeGreaterThan(SCHEDULES / 100);
    },
  );
});
