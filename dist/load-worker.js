import { once } from "node:events";
import { parentPort, workerData } from "node:worker_threads";
import { monitorEventLoopDelay, performance as performance$1 } from "node:perf_hooks";
import { setImmediate, setTimeout as setTimeout$1 } from "node:timers/promises";
import { readlinkSync } from "node:fs";
import { connect } from "node:net";
import { connect as connect$1 } from "node:tls";

// src/load/clock.ts
/** The clock of the machine; monotonic for differences. */
const systemClock = {
	now: () => performance$1.now(),
	timestamp: () => (/* @__PURE__ */ new Date()).toISOString(),
	sleep: async (ms, signal) => {
		try {
			await setTimeout$1(ms, void 0, signal === void 0 ? {} : { signal });
		} catch (error) {
			throw signal?.reason ?? error;
		}
	}
};

// src/load/thread.ts
/** The kernel's id of the thread that calls, or `undefined` where there is no `/proc`. */
function threadId() {
	try {
		return Number(/\/task\/(\d+)$/.exec(readlinkSync("/proc/thread-self"))?.[1]) || void 0;
	} catch {
		return;
	}
}

// src/load/board.ts
/** Slots per worker on the board. */
const DONE = 0;
const FAILED = 1;
const IN_FLIGHT = 2;
const TOKENS = 3;
const SLOTS = 4;
/** One worker's view of the board. */
var Board = class {
	#counters;
	#counts;
	#at;
	constructor({ counters, counts }, worker) {
		this.#counters = new Int32Array(counters);
		this.#counts = new Float64Array(counts);
		this.#at = worker * SLOTS;
	}
	/** Numbers from 0, each handed out once over all workers. */
	take() {
		return Atomics.add(this.#counters, 0, 1);
	}
	/** Tells every worker to send nothing more. */
	stop() {
		Atomics.store(this.#counters, 1, 1);
	}
	get stopped() {
		return Atomics.load(this.#counters, 1) === 1;
	}
	sent() {
		this.#add(IN_FLIGHT, 1);
	}
	ended() {
		this.#add(IN_FLIGHT, -1);
	}
	done(tokens) {
		this.#add(DONE, 1);
		this.#add(TOKENS, tokens);
	}
	failed() {
		this.#add(FAILED, 1);
	}
	/** Over all workers; a number may be a moment old. */
	total() {
		const sum = (slot) => {
			let total = 0;
			for (let at = slot; at < this.#counts.length; at += SLOTS) total += this.#counts[at] ?? 0;
			return total;
		};
		return {
			done: sum(DONE),
			failed: sum(FAILED),
			inFlight: sum(IN_FLIGHT),
			tokens: sum(TOKENS)
		};
	}
	#add(slot, by) {
		this.#counts[this.#at + slot] = (this.#counts[this.#at + slot] ?? 0) + by;
	}
};

// src/load/client-watch.ts
const RESOLUTION_MS = 5;
const NS_PER_MS = 1e6;
/** Starts watching the client; the returned function stops and tells. */
function watchClient() {
	const histogram = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
	const busy = performance$1.eventLoopUtilization();
	const cpu = process.threadCpuUsage();
	const startedMs = performance$1.now();
	histogram.enable();
	return () => {
		histogram.disable();
		const used = process.threadCpuUsage(cpu);
		const elapsedMs = performance$1.now() - startedMs;
		const lag = (ns) => Math.max(0, ns / NS_PER_MS - RESOLUTION_MS);
		const seen = histogram.count > 0;
		return {
			loopLagP50Ms: seen ? lag(histogram.percentile(50)) : 0,
			loopLagP99Ms: seen ? lag(histogram.percentile(99)) : 0,
			loopLagMaxMs: seen ? lag(histogram.max) : 0,
			loopBusy: performance$1.eventLoopUtilization(busy).utilization,
			cpuShare: elapsedMs > 0 ? (used.user + used.system) / 1e3 / elapsedMs : 0
		};
	};
}

// src/load/http-message.ts
const LF$1 = 10;
const CR$1 = 13;
const HEAD_END = "\r\n\r\n";
const HEAD_LIMIT = 65536;
/** 2^40 bytes; a chunk size beyond it is nonsense rather than a body. */
const SIZE_LIMIT = 2 ** 40;
/** Reads one HTTP/1.1 response (RFC 9112) from bytes cut anywhere: content-length, chunked, or until the peer closes. */
var ResponseParser = class {
	#sink;
	#step = "head";
	#head = "";
	#seam = "";
	#remaining = 0;
	#digits = 0;
	#inExtension = false;
	#lineLength = 0;
	/** The peer will close, or framing ended in a way that leaves the connection unusable. */
	closing = false;
	constructor(sink) {
		this.#sink = sink;
	}
	get gotHead() {
		return this.#step !== "head";
	}
	push(bytes) {
		let at = 0;
		if (this.#step === "head") {
			at = this.#readHead(bytes);
			if (at < 0) return at === -1 ? "more" : "garbled";
		}
		while (at < bytes.length && this.#step !== "done") if (this.#step === "until-close") {
			if (!this.#sink.body(bytes, at, bytes.length)) return "enough";
			at = bytes.length;
		} else if (this.#step === "fixed" || this.#step === "chunk-data") {
			const end = Math.min(bytes.length, at + this.#remaining);
			if (!this.#sink.body(bytes, at, end)) return "enough";
			this.#remaining -= end - at;
			at = end;
			if (this.#remaining === 0) this.#step = this.#step === "fixed" ? "done" : "chunk-end";
		} else {
			if (!this.#framing(bytes[at] ?? 0)) return "garbled";
			at += 1;
		}
		if (this.#step !== "done") return "more";
		if (at < bytes.length) this.closing = true;
		return "done";
	}
	/** The peer closed: whole only if the message has no other end. */
	end() {
		return this.#step === "until-close" || this.#step === "done" ? "done" : "truncated";
	}
	/** Returns where the body starts, -1 for more, -2 for a head that is not HTTP. */
	#readHead(bytes) {
		const piece = bytes.toString("latin1", 0, Math.min(bytes.length, 65540));
		const seam = this.#seam + piece;
		this.#head += piece;
		this.#seam = seam.slice(-3);
		if (!seam.includes(HEAD_END)) return this.#head.length > HEAD_LIMIT || !this.#couldBeHttp(piece) ? -2 : -1;
		let used = this.#head.indexOf(HEAD_END) + 4;
		while (/^HTTP\/1\.[01] 1\d\d/.test(this.#head)) {
			this.#head = this.#head.slice(used);
			const next = this.#head.indexOf(HEAD_END);
			if (next < 0) return -1;
			used = next + 4;
		}
		const consumed = piece.length - (this.#head.length - used);
		const [statusLine = "", ...lines] = this.#head.slice(0, used - 4).split("\r\n");
		const status = /^HTTP\/1\.([01]) (\d{3})/.exec(statusLine);
		if (status === null) return -2;
		const headers = new Map(lines.map((line) => {
			const colon = line.indexOf(":");
			return [line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim()];
		}));
		this.#begin(Number(status[2]), status[1] === "0", headers);
		this.#head = "";
		return consumed;
	}
	#couldBeHttp(piece) {
		return this.#head.length - piece.length >= 7 || "HTTP/1.".startsWith(this.#head.slice(0, 7));
	}
	#begin(status, oldProtocol, headers) {
		const connection = headers.get("connection")?.toLowerCase() ?? "";
		this.closing = connection.includes("close") || oldProtocol && !connection.includes("keep-alive");
		const length = headers.get("content-length");
		if (status === 204 || status === 304) this.#step = "done";
		else if (headers.get("transfer-encoding")?.toLowerCase().includes("chunked")) this.#step = "chunk-size";
		else if (length !== void 0 && /^\d+$/.test(length)) {
			this.#remaining = Number(length);
			this.#step = this.#remaining === 0 ? "done" : "fixed";
		} else {
			this.closing = true;
			this.#step = "until-close";
		}
		this.#sink.head(status, headers);
	}
	/** One byte between chunks; false when it cannot be there. */
	#framing(byte) {
		if (this.#step === "chunk-size") return this.#chunkSize(byte);
		if (this.#step === "chunk-end") {
			if (byte === LF$1) this.#step = "chunk-size";
			return byte === LF$1 || byte === CR$1;
		}
		if (byte === LF$1 && this.#lineLength === 0) this.#step = "done";
		if (byte === LF$1) this.#lineLength = 0;
		else if (byte !== CR$1) this.#lineLength += 1;
		return this.#lineLength <= HEAD_LIMIT;
	}
	#chunkSize(byte) {
		if (byte === LF$1) {
			if (this.#digits === 0) return false;
			this.#step = this.#remaining === 0 ? "trailer" : "chunk-data";
			this.#digits = 0;
			this.#inExtension = false;
			return true;
		}
		if (this.#inExtension || byte === CR$1) return true;
		const digit = hexDigit(byte);
		if (digit < 0) {
			this.#inExtension = byte === 59 || byte === 32 || byte === 9;
			return this.#inExtension;
		}
		if (this.#digits === 0) this.#remaining = 0;
		this.#digits += 1;
		this.#remaining = this.#remaining * 16 + digit;
		return this.#remaining <= SIZE_LIMIT;
	}
};
function hexDigit(byte) {
	if (byte >= 48 && byte <= 57) return byte - 48;
	const lower = byte | 32;
	return lower >= 97 && lower <= 102 ? lower - 87 : -1;
}

// src/load/connection.ts
const READ_BYTES = 65536;
/** `http://host:port/prefix` → where to connect. Throws a TypeError for anything but an http or https URL. */
function target(url) {
	const { protocol, hostname, port, pathname, host } = new URL(url);
	if (protocol !== "http:" && protocol !== "https:") throw new TypeError(`not an http URL: ${url}`);
	const secure = protocol === "https:";
	return {
		host: hostname.replace(/^\[|\]$/g, ""),
		port: port === "" ? secure ? 443 : 80 : Number(port),
		secure,
		prefix: pathname.replace(/\/+$/, ""),
		authority: host
	};
}
/** Opens a connection. Never rejects: what went wrong is the answer. */
function openConnection(to, { clock, timeoutMs, signal, buffer }) {
	return new Promise((resolve) => {
		let connection;
		const onRead = (bytes) => connection?.read(bytes);
		const socket = to.secure ? secureSocket(to, onRead) : plainSocket(to, buffer, onRead);
		const settle = (answer) => {
			clearTimeout(timer);
			signal.removeEventListener("abort", onAbort);
			if (!(answer instanceof Connection)) socket.destroy();
			resolve(answer);
		};
		const onAbort = () => settle({
			error: "cancelled",
			detail: "cancelled while connecting"
		});
		const timer = setTimeout(() => settle({
			error: "timeout",
			detail: `no connection within ${timeoutMs} ms`
		}), timeoutMs);
		signal.addEventListener("abort", onAbort);
		if (signal.aborted) onAbort();
		socket.setNoDelay(true);
		socket.once("error", (error) => settle({
			error: connectError(error),
			detail: errorText(error)
		}));
		socket.once(to.secure ? "secureConnect" : "connect", () => {
			connection = new Connection(socket, clock);
			settle(connection);
		});
	});
}
/** One keep-alive connection; carries one request at a time. */
var Connection = class {
	#socket;
	#clock;
	#parser;
	#sink;
	#settle;
	#errorCode = "";
	/** Clock time of the last send or read. */
	lastActiveMs;
	sentMs = 0;
	requests = 0;
	constructor(socket, clock) {
		this.#socket = socket;
		this.#clock = clock;
		this.lastActiveMs = clock.now();
		socket.on("error", (error) => this.#errorCode = error.code ?? error.message);
		socket.on("end", () => this.#closed());
		socket.on("close", () => this.#closed());
	}
	/** Open and with nothing in flight. */
	get usable() {
		return this.#settle === void 0 && !this.#socket.destroyed && !this.#socket.readableEnded && this.#socket.writable;
	}
	/** Sends one request and resolves when its response has ended, in whatever way. `sentMs` is set just before the write. */
	send(request, sink) {
		return new Promise((resolve) => {
			this.#sink = sink;
			this.#parser = new ResponseParser(sink);
			this.#settle = resolve;
			this.requests += 1;
			this.sentMs = this.#clock.now();
			this.lastActiveMs = this.sentMs;
			this.#socket.write(request);
		});
	}
	/** Called from the socket's read; the time is taken before anything looks at the bytes. */
	read(bytes) {
		const at = this.#clock.now();
		this.lastActiveMs = at;
		const parser = this.#parser;
		if (parser === void 0) return this.close();
		this.#sink?.arrived(at);
		const state = parser.push(bytes);
		switch (state) {
			case "more": return;
			case "done":
				if (parser.closing) this.close();
				return this.#finish({ kind: "complete" });
			case "enough":
			case "garbled":
				this.close();
				return this.#finish({ kind: state });
			default: return state;
		}
	}
	/** Gives up on the request in flight. */
	stop(why) {
		this.close();
		this.#finish({
			kind: "stopped",
			why
		});
	}
	close() {
		this.#socket.destroy();
	}
	#closed() {
		const parser = this.#parser;
		if (parser === void 0) return this.close();
		const whole = this.#errorCode === "" && parser.end() === "done" && parser.gotHead;
		this.close();
		const unread = this.requests > 1 && this.lastActiveMs === this.sentMs;
		this.#finish(whole ? { kind: "complete" } : {
			kind: "lost",
			gotHead: parser.gotHead,
			unread,
			code: this.#errorCode
		});
	}
	#finish(ending) {
		const settle = this.#settle;
		this.#settle = void 0;
		this.#parser = void 0;
		this.#sink = void 0;
		settle?.(ending);
	}
};
/** `onread` hands over a reused buffer and skips the stream machinery; the bytes must not outlive the call. */
function plainSocket(to, buffer, onRead) {
	return connect({
		host: to.host,
		port: to.port,
		onread: {
			buffer,
			callback: (length) => {
				onRead(buffer.subarray(0, length));
				return true;
			}
		}
	});
}
function secureSocket(to, onRead) {
	const socket = connect$1({
		host: to.host,
		port: to.port,
		servername: to.host
	});
	socket.on("data", onRead);
	return socket;
}
function connectError(error) {
	if (error.syscall === "getaddrinfo" || error.code === "ENOTFOUND" || error.code === "EAI_AGAIN") return "dns";
	return error.code === "ETIMEDOUT" ? "timeout" : "refused";
}
function errorText(error) {
	return error.message === "" ? error.code ?? "unknown error" : error.message;
}

// src/stats/random.ts
/** xoshiro128++ (Blackman and Vigna 2021), its state filled by SplitMix32 from a 32-bit seed. */
function random(seed) {
	let mix = seed >>> 0;
	const next = () => {
		mix = mix + 2654435769 >>> 0;
		let z = mix;
		z = Math.imul(z ^ z >>> 16, 2246822507);
		z = Math.imul(z ^ z >>> 13, 3266489909);
		return (z ^ z >>> 16) >>> 0;
	};
	let [a, b, c, d] = [
		next(),
		next(),
		next(),
		next()
	];
	return () => {
		const out = rotate(a + d >>> 0, 7) + a >>> 0;
		const shifted = b << 9;
		c ^= a;
		d ^= b;
		b ^= c;
		a ^= d;
		c ^= shifted;
		d = rotate(d, 11);
		return out / 4294967296;
	};
}
/** A standard normal number (Box and Muller 1958). */
function gaussian(uniform) {
	return Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform());
}
function rotate(x, by) {
	return (x << by | x >>> 32 - by) >>> 0;
}

// src/load/random.ts
/** A stream of uniform numbers of its own for every tuple of parts, through FNV-1a. */
function seeded(...parts) {
	let hash = 2166136261;
	for (const byte of Buffer.from(parts.join("\0"))) hash = Math.imul(hash ^ byte, 16777619);
	return random(hash);
}
/** A whole number in [from, to). */
function between(draw, from, to) {
	return from + Math.floor(draw() * (to - from));
}

// src/load/arrivals.ts
const RAMP_FROM = .1;
/**
* Intended send times from the start of the pass, ascending; the first of an open loop is 0. Random gaps have mean 1/rate and are not
* rescaled afterwards, because rescaling makes them dependent. In a ramp the unit-rate process is stretched by the inverse of the
* cumulated rate, so that it stays of its kind while its rate grows.
*/
function schedule(arrivals, seed) {
	if (arrivals.kind === "replay") return Float64Array.from(arrivals.atMs);
	const gap = gapOf(arrivals, seeded("arrivals", seed));
	const times = new Float64Array(arrivals.requests);
	let units = 0;
	for (let i = 1; i < times.length; i += 1) {
		units = arrivals.distribution === "constant" ? i : units + gap();
		times[i] = atUnits(arrivals, units);
	}
	return times;
}
/** Time at which the cumulated rate reaches `units` requests. */
function atUnits({ rate, rampMs = 0 }, units) {
	const perMs = rate / 1e3;
	if (rampMs <= 0) return units * 1e3 / rate;
	const from = RAMP_FROM * perMs;
	const slope = (perMs - from) / rampMs;
	const inRamp = from * rampMs + slope * rampMs ** 2 / 2;
	if (units >= inRamp) return rampMs + (units - inRamp) / perMs;
	return (Math.sqrt(from ** 2 + 2 * slope * units) - from) / slope;
}
/** Draws gaps with mean 1. */
function gapOf({ distribution, burstiness = 1 }, draw) {
	if (distribution === "gamma") return () => gamma(burstiness, draw) / burstiness;
	return () => -Math.log(1 - draw());
}
/** A gamma number of this shape and scale 1 (Marsaglia and Tsang 2000; shapes below 1 by their boost). */
function gamma(shape, draw) {
	if (shape < 1) return gamma(shape + 1, draw) * (1 - draw()) ** (1 / shape);
	const d = shape - 1 / 3;
	const c = 1 / Math.sqrt(9 * d);
	for (;;) {
		const normal = gaussian(draw);
		const v = (1 + c * normal) ** 3;
		if (v > 0 && Math.log(1 - draw()) < normal ** 2 / 2 + d - d * v + d * Math.log(v)) return d * v;
	}
}

// src/load/lengths.ts
/** One length of the law; at least 1. Draws one number from `draw`, or two for a normal. */
function drawLength(length, law, draw) {
	if (law === void 0) return length;
	if (law.kind === "uniform") {
		const [least, most] = [Math.floor(length * (1 - law.share)), Math.ceil(length * (1 + law.share))];
		return Math.max(1, least + Math.floor(draw() * (most - least + 1)));
	}
	const normal = Math.sqrt(-2 * Math.log(1 - draw())) * Math.cos(2 * Math.PI * draw());
	return Math.max(1, Math.round(length + law.deviation * normal));
}

// src/load/prompts.ts
const VOCABULARY = [1e3, 3e4];
/** A guess that holds for English and large vocabularies. */
const WORDS_PER_TOKEN = .75;
/** Tokens to a block of a trace's hash ids, as Mooncake's traces are cut. */
const BLOCK_TOKENS = 512;
/** Short everyday words: one token each in most vocabularies. */
const WORDS = "time year people way day man thing woman life child world school state family student group country problem hand part place case week company system program question work night point home water room mother area money story fact month lot right study book eye job word business issue side kind head house service friend father power hour game line end member law car city name team minute idea body back parent face level office door health person art war history party result change morning reason research girl guy moment air teacher force education".split(" ");
/** Length in tokens that the prompt of request `index` is meant to have; `undefined` where the file gives a text. */
function promptLength(prompts, seed, index) {
	const item = itemOf(prompts, index);
	if (item?.prompt !== void 0) return typeof item.prompt === "string" ? item.inputTokens : item.prompt.length;
	if (item?.messages !== void 0) return item.inputTokens;
	if (item?.inputTokens !== void 0) return item.inputTokens;
	return prompts.lengths === void 0 ? prompts.tokens : drawLength(prompts.tokens, prompts.lengths, seeded("length", seed, prompts.pass, index));
}
/** Token ids of request `index`; exactly as many as asked, at least 1. */
function tokenPrompt(prompts, seed, index) {
	const length = Math.max(1, promptLength(prompts, seed, index) ?? prompts.tokens);
	const [from, to] = prompts.vocabulary ?? VOCABULARY;
	const draw = seeded("prompt", seed, prompts.pass, index);
	const ids = shared(prompts, seed, index, [from, to]);
	ids.push(...nonce(prompts, seed, index, to - from).map((digit) => from + digit));
	while (ids.length < length) ids.push(between(draw, from, to));
	return ids.slice(0, length);
}
/** Text of request `index`, roughly as long as asked. */
function textPrompt(prompts, seed, index) {
	const draw = seeded("prompt", seed, prompts.pass, index);
	const length = promptLength(prompts, seed, index);
	const prefix = prefixText(prompts, seed, index);
	const count = promptWords({
		...prompts,
		tokens: length ?? prompts.tokens
	}) - 1 - words(prompts.ending) - words(prefix);
	return `${prefix}${tag(draw)}${index} ${someWords(draw, count)}${prompts.ending ?? ""}`;
}
/** Words that a text prompt has, the request's own tag and the ending included. */
function promptWords(prompts) {
	const wanted = Math.round(prompts.tokens * (prompts.wordsPerToken ?? WORDS_PER_TOKEN));
	return Math.max(wanted, 2 + words(prompts.ending));
}
/** What a file says of request `index`. */
function itemOf({ items }, index) {
	return items === void 0 || items.length === 0 ? void 0 : items[index % items.length];
}
function shared(prompts, seed, index, [from, to]) {
	const ids = (itemOf(prompts, index)?.blocks ?? []).slice(0, -1).flatMap((block) => run(seeded("block", seed, block), BLOCK_TOKENS, from, to));
	const { prefix } = prompts;
	if (prefix === void 0) return ids;
	return [...run(seeded("prefix", seed, index % prefix.groups), prefix.tokens, from, to), ...ids];
}
function run(draw, count, from, to) {
	return Array.from({ length: count }, () => between(draw, from, to));
}
function prefixText({ prefix, wordsPerToken = WORDS_PER_TOKEN }, seed, index) {
	if (prefix === void 0) return "";
	return `${someWords(seeded("prefix", seed, index % prefix.groups), Math.round(prefix.tokens * wordsPerToken))} `;
}
function someWords(draw, count) {
	return Array.from({ length: Math.max(0, count) }, () => WORDS[between(draw, 0, WORDS.length)]).join(" ");
}
function words(text = "") {
	return text.split(/\s+/).filter((word) => word !== "").length;
}
/**
* The first digit is a bijection of `index` for the pass, so that no two requests of a pass begin with the same token while there are
* enough tokens; the third tells passes apart.
*/
function nonce(prompts, seed, index, size) {
	const shift = between(seeded("nonce", seed, prompts.pass), 0, size);
	return [
		(index + shift) % size,
		Math.floor(index / size) % size,
		shift
	];
}
function tag(draw) {
	return Array.from({ length: 4 }, () => String.fromCharCode(between(draw, 97, 123))).join("");
}

// src/load/request-bytes.ts
/** A whole HTTP/1.1 request, ready to be written. */
function requestBytes(to, request) {
	const body = Buffer.from(request.body ?? "");
	const head = [
		`${request.method} ${to.prefix}${request.path} HTTP/1.1`,
		`Host: ${to.authority}`,
		`Accept: ${request.accept ?? "application/json"}`,
		...request.method === "POST" ? ["Content-Type: application/json", `Content-Length: ${body.length}`] : []
	];
	return Buffer.concat([Buffer.from(`${head.join("\r\n")}\r\n\r\n`, "latin1"), body]);
}
const API_PATH = {
	completions: "/v1/completions",
	chat: "/v1/chat/completions",
	generate: "/generate"
};
/**
* Fields shared by all generating requests, only those that the endpoint understands: `transformers serve` answers an unknown field
* with 422. Exact lengths need `ignore_eos` and, on vLLM, `min_tokens` against stop tokens.
*/
function generation(endpoint, options) {
	const { dialect, model } = endpoint;
	return {
		model,
		max_tokens: options.maxTokens,
		temperature: 0,
		...options.stream === true ? { stream: true } : {},
		...options.stream === true && dialect.streamOptions ? { stream_options: { include_usage: true } } : {},
		...options.exactLength === true && dialect.ignoreEos ? {
			ignore_eos: true,
			min_tokens: options.maxTokens
		} : {}
	};
}
/** Answer length of request `index`: the workload's own, or drawn around `askedTokens`. */
function askedLength({ prompts, askedTokens, askedLengths, seed }, index) {
	const own = itemOf(prompts, index)?.outputTokens;
	if (own !== void 0 || askedLengths === void 0) return own ?? askedTokens;
	return drawLength(askedTokens, askedLengths, seeded("answer", seed, prompts.pass, index));
}
/** Body of request `index` of a pass. */
function loadBody(request, index) {
	const { endpoint, prompts, seed, api = "completions" } = request;
	const maxTokens = askedLength(request, index);
	const item = itemOf(prompts, index);
	if (api === "generate") {
		const asked = item?.prompt ?? tokenPrompt(prompts, seed, index);
		return JSON.stringify({
			...typeof asked === "string" ? { text: asked } : { input_ids: asked },
			stream: true,
			sampling_params: {
				max_new_tokens: maxTokens,
				temperature: 0,
				ignore_eos: true
			}
		});
	}
	const common = generation(endpoint, {
		maxTokens,
		stream: true,
		exactLength: true
	});
	if (api === "chat") {
		const given = typeof item?.prompt === "string" ? item.prompt : void 0;
		const messages = item?.messages ?? [{
			role: "user",
			content: given ?? textPrompt(prompts, seed, index)
		}];
		return JSON.stringify({
			...common,
			messages
		});
	}
	const made = endpoint.dialect.tokenPrompts ? tokenPrompt : textPrompt;
	return JSON.stringify({
		...common,
		prompt: item?.prompt ?? made(prompts, seed, index)
	});
}

// src/load/tally.ts
const EXAMPLE_LENGTH = 300;
/** Counts what became of requests. */
var Tally = class {
	#completed = 0;
	#errors = {};
	#examples = {};
	add({ error }, detail) {
		if (error === void 0) {
			this.#completed += 1;
			return;
		}
		this.#errors[error] = (this.#errors[error] ?? 0) + 1;
		this.#examples[error] ??= (detail ?? error).trim().slice(0, EXAMPLE_LENGTH);
	}
	result() {
		return {
			completed: this.#completed,
			errors: this.#errors,
			examples: this.#examples
		};
	}
};

// src/load/sse.ts
const LF = 10;
const CR = 13;
const COLON$1 = 58;
const SPACE$1 = 32;
const NONE = Number.POSITIVE_INFINITY;
/**
* Cuts a byte stream into server-sent events (WHATWG HTML §9.2) without decoding it: LF, CR and CRLF line ends, comments,
* `data:` with and without space, several data lines joined by LF. An event inside one read costs no copy. Where bytes are
* split does not change the events.
*/
var SseScanner = class {
	#onEvent;
	#limit;
	/** Bytes of a line whose end has not arrived. */
	#carry = Buffer.alloc(0);
	#carried = 0;
	/** Data of the event being read; a view of the current read or an own copy. */
	#data;
	#from = 0;
	#to = 0;
	#name = "";
	#skipLf = false;
	#first = true;
	/** A line or event was longer than the limit; nothing after it is read. */
	overlong = false;
	constructor(onEvent, limitBytes) {
		this.#onEvent = onEvent;
		this.#limit = limitBytes;
	}
	/** Reads `bytes[from, to)`. False when the consumer stopped or a line grew over the limit. */
	push(bytes, from, to) {
		let at = from;
		let nextLf = -1;
		let nextCr = -1;
		while (at < to) {
			if (this.#skipLf) {
				this.#skipLf = false;
				if (bytes[at] === LF) {
					at += 1;
					continue;
				}
			}
			if (nextLf < at) nextLf = find(bytes, LF, at);
			if (nextCr < at) nextCr = find(bytes, CR, at);
			const end = Math.min(nextLf, nextCr);
			if (end >= to) break;
			if (!this.#line(bytes, at, end)) return false;
			at = end + 1;
			this.#skipLf = end === nextCr;
		}
		if (at < to && !this.#keep(bytes, at, to)) return false;
		if (this.#data === bytes) this.#own();
		return true;
	}
	/** The stream is over; an event that was not closed by a blank line still counts, as servers leave it out. */
	end() {
		if (this.overlong) return;
		if (this.#carried > 0 && !this.#line(this.#carry, 0, 0)) return;
		this.#dispatch();
	}
	#line(bytes, from, to) {
		if (this.#carried === 0) return this.#field(bytes, from, to);
		if (!this.#keep(bytes, from, to)) return false;
		const length = this.#carried;
		this.#carried = 0;
		const line = this.#carry;
		const goOn = this.#field(line, 0, length);
		if (this.#data === line) this.#carry = Buffer.alloc(0);
		return goOn;
	}
	#field(bytes, start, to) {
		let from = start;
		if (this.#first) {
			this.#first = false;
			if (bytes[from] === 239 && bytes[from + 1] === 187 && bytes[from + 2] === 191) from += 3;
		}
		if (from === to) return this.#dispatch();
		if (isData(bytes, from, to)) {
			let value = Math.min(from + 5, to);
			if (value < to && bytes[value] === SPACE$1) value += 1;
			return this.#append(bytes, value, to);
		}
		if (bytes[from] === 101) {
			const line = bytes.toString("latin1", from, Math.min(to, from + 64));
			if (line.startsWith("event:")) this.#name = line.slice(6).trim();
		}
		return true;
	}
	#append(bytes, from, to) {
		if (this.#data === void 0) {
			this.#data = bytes;
			this.#from = from;
			this.#to = to;
			return this.#within(to - from);
		}
		const joined = [
			this.#data.subarray(this.#from, this.#to),
			Buffer.of(LF),
			bytes.subarray(from, to)
		];
		if (!this.#within(this.#to - this.#from + 1 + to - from)) return false;
		this.#data = Buffer.concat(joined);
		this.#from = 0;
		this.#to = this.#data.length;
		return true;
	}
	#dispatch() {
		const bytes = this.#data;
		const name = this.#name;
		this.#data = void 0;
		this.#name = "";
		return bytes === void 0 || this.#onEvent(bytes, this.#from, this.#to, name);
	}
	#keep(bytes, from, to) {
		const length = this.#carried + to - from;
		if (!this.#within(length)) return false;
		if (length > this.#carry.length) {
			const grown = Buffer.allocUnsafe(Math.max(512, length * 2));
			this.#carry.copy(grown, 0, 0, this.#carried);
			this.#carry = grown;
		}
		bytes.copy(this.#carry, this.#carried, from, to);
		this.#carried = length;
		return true;
	}
	#own() {
		this.#data = Buffer.from(this.#data?.subarray(this.#from, this.#to) ?? []);
		this.#from = 0;
		this.#to = this.#data.length;
	}
	#within(length) {
		this.overlong ||= length > this.#limit;
		return !this.overlong;
	}
};
function find(bytes, byte, from) {
	const at = bytes.indexOf(byte, from);
	return at < 0 ? NONE : at;
}
function isData(bytes, from, to) {
	if (bytes[from] !== 100 || bytes[from + 1] !== 97 || bytes[from + 2] !== 116 || bytes[from + 3] !== 97) return false;
	return to - from === 4 || to - from > 4 && bytes[from + 4] === COLON$1;
}

// src/load/token-event.ts
/** What an event of a completion stream carries; several can be set at once. */
const EVENT = {
	token: 1,
	finish: 2,
	usage: 4,
	error: 8,
	done: 16,
	reasoning: 32
};
const SPACE = 32;
const QUOTE = 34;
const COLON = 58;
const BRACKET = 91;
const BRACE = 123;
const CLOSER = {
	"\"": 34,
	"[": 93,
	"{": 125
};
/** Keys that say something when a non-empty string, array or object follows them, and what they say. */
const KEYS = [
	[
		"\"text\"",
		"\"",
		EVENT.token
	],
	[
		"\"content\"",
		"\"",
		EVENT.token
	],
	[
		"\"reasoning_content\"",
		"\"",
		EVENT.reasoning
	],
	[
		"\"reasoning\"",
		"\"",
		EVENT.reasoning
	],
	[
		"\"tool_calls\"",
		"[",
		EVENT.token
	],
	[
		"\"token_ids\"",
		"[",
		EVENT.token
	],
	[
		"\"output_ids\"",
		"[",
		EVENT.token
	],
	[
		"\"finish_reason\"",
		"\"",
		EVENT.finish
	],
	[
		"\"finish_reason\"",
		"{",
		EVENT.finish | EVENT.usage
	],
	[
		"\"usage\"",
		"{",
		EVENT.usage
	]
];
/** Keys by their last letter, which is looked at first. */
const BY_LAST_LETTER = Array.from({ length: 256 }, (_, letter) => {
	const keys = KEYS.filter(([name]) => name.charCodeAt(name.length - 2) === letter);
	if (keys.length === 0) return void 0;
	return keys.map(([name, opener, says]) => ({
		name: Buffer.from(name),
		opener: opener.charCodeAt(0),
		closer: CLOSER[opener] ?? 0,
		says
	}));
});
/**
* Sorts one event of `/v1/completions`, `/v1/chat/completions` or SGLang's `/generate` in one walk over its bytes; nothing is decoded or
* parsed. A key with its quotes and colon cannot stand inside a JSON string, where quotes are escaped, so the walk cannot be fooled by
* generated text. A role-only delta, an empty finish chunk and a usage-only chunk carry no token.
*
* @returns a sum of `EVENT` flags
*/
function readEvent(bytes, from, to) {
	if (bytes[from] !== BRACE) return bytes.toString("latin1", from, Math.min(to, from + 7)) === "[DONE]" ? EVENT.done : other(bytes, from, to);
	if (startsAsError(bytes, from, to)) return EVENT.error;
	let flags = 0;
	for (let at = from; at < to; at += 1) if (bytes[at] === COLON) flags |= saidBefore(bytes, from, at, to);
	if ((flags & EVENT.token) !== 0) return flags & ~EVENT.reasoning;
	if ((flags & EVENT.reasoning) !== 0) return flags | EVENT.token;
	return isError(bytes.toString("latin1", from, to)) ? EVENT.error : flags;
}
/** What the key before this colon says, with the value after it. */
function saidBefore(bytes, from, colon, to) {
	const value = skipSpace(bytes, colon + 1, to);
	const opener = bytes[value] ?? 0;
	if (opener !== QUOTE && opener !== BRACKET && opener !== BRACE) return 0;
	let end = colon - 1;
	while (end > from && (bytes[end] ?? 0) <= SPACE) end -= 1;
	if (bytes[end] !== QUOTE) return 0;
	const keys = BY_LAST_LETTER[bytes[end - 1] ?? 0];
	if (keys === void 0) return 0;
	let says = 0;
	for (let i = 0; i < keys.length; i += 1) {
		const key = keys[i];
		if (key.opener === opener && endsWith(bytes, end, key.name) && !isEmpty(bytes, value, to, key.closer)) says |= key.says;
	}
	return says;
}
function isEmpty(bytes, opener, to, closer) {
	return bytes[closer === QUOTE ? opener + 1 : skipSpace(bytes, opener + 1, to)] === closer;
}
function endsWith(bytes, end, name) {
	const shift = end - name.length + 1;
	for (let i = name.length - 1; i >= 0; i -= 1) if (bytes[shift + i] !== name[i]) return false;
	return true;
}
/** Not an object: nothing that a server should send, but some say so in plain words. */
function other(bytes, from, to) {
	return isError(bytes.toString("latin1", from, to)) ? EVENT.error : 0;
}
function startsAsError(bytes, from, to) {
	const at = skipSpace(bytes, from + 1, to);
	return bytes[at + 1] === 101 && /^"error"\s*:/.test(bytes.toString("latin1", at, Math.min(to, at + 64)));
}
function isError(text) {
	return text.includes("\"error\"") && !text.includes("\"choices\"") || /"object"\s*:\s*"error"/.test(text);
}
function skipSpace(bytes, from, to) {
	let at = from;
	while (at < to && (bytes[at] ?? 0) <= SPACE) at += 1;
	return at;
}

// src/load/parse-json.ts
/** The value of a JSON text; `undefined` of anything else. */
function parseJson(text) {
	try {
		return JSON.parse(text);
	} catch {
		return;
	}
}

// src/load/usage.ts
/** The counts in the last event of an answer; `undefined` where no count of generated tokens is in it. */
function readUsage(event) {
	const parsed = parseJson(event.toString());
	const counts = parsed?.usage ?? parsed?.meta_info ?? {};
	const { prompt_tokens: prompt, completion_tokens: completion } = counts;
	const cached = counts.prompt_tokens_details?.cached_tokens ?? counts.cached_tokens;
	if (typeof completion !== "number" || !Number.isFinite(completion)) return void 0;
	const server = serverTimes(parsed?.metrics ?? {});
	return {
		completion,
		...typeof prompt === "number" ? { prompt } : {},
		...typeof cached === "number" ? { cached } : {},
		...server === void 0 ? {} : { server }
	};
}
/** vLLM counts the first token from the scheduling; what a client waits for includes the queue before it. */
function serverTimes({ queue_time_ms: queue, time_to_first_token_ms: first, generation_time_ms: decode }) {
	if (typeof first !== "number" && typeof decode !== "number") return void 0;
	return {
		...typeof first === "number" ? { ttftMs: first + (typeof queue === "number" ? queue : 0) } : {},
		...typeof decode === "number" ? { decodeMs: decode } : {}
	};
}

// src/load/token-stream.ts
/** An event with log-probabilities can reach a megabyte; nothing sound is longer than this. */
const EVENT_LIMIT = 8388608;
/** Error texts and kept answers are evidence, not archives. */
const ERROR_LIMIT = 2e3;
const KEPT_LIMIT = 65536;
/** Receives one streamed completion: notes when tokens came, and keeps only what is needed to judge the request afterwards. */
var TokenStream = class {
	#scanner = new SseScanner((bytes, from, to, name) => this.#event(bytes, from, to, name), EVENT_LIMIT);
	#kept;
	#keptBytes = 0;
	#keepsTimes;
	#times;
	#count = 0;
	#firstMs = 0;
	#lastMs = 0;
	#longestGapMs = 0;
	#outputMs;
	#reasoned = false;
	#at = 0;
	#status = 0;
	#isStream = false;
	#body = "";
	#seen = 0;
	#usage;
	#counted;
	/** Clock time of the first byte of the response. */
	firstByteMs;
	constructor(askedTokens, keepText, keepTimes = true) {
		this.#keepsTimes = keepTimes;
		this.#times = new Float64Array(keepTimes ? Math.min(askedTokens + 2, 4096) : 0);
		this.#kept = keepText ? [] : void 0;
	}
	arrived(at) {
		this.#at = at;
		this.firstByteMs ??= at;
	}
	head(status, headers) {
		this.#status = status;
		this.#isStream = status === 200 && (headers.get("content-type") ?? "").includes("text/event-stream");
	}
	body(bytes, from, to) {
		if (this.#isStream) return this.#scanner.push(bytes, from, to);
		if (this.#body.length < ERROR_LIMIT) this.#body += bytes.toString("utf8", from, Math.min(to, from + ERROR_LIMIT));
		return true;
	}
	/** Why the request does not count, if it does not. */
	outcome(ending) {
		if (ending.kind === "complete") this.#scanner.end();
		const flaw = this.#flaw(ending);
		if (flaw !== void 0) return flaw;
		return this.usage === void 0 ? {
			error: "no-usage",
			detail: "the stream ended without usage"
		} : {};
	}
	/** Token counts as the server gave them last; parsed when first asked for, which is after the stream. */
	get usage() {
		if (this.#usage !== void 0) this.#counted = readUsage(this.#usage);
		this.#usage = void 0;
		return this.#counted;
	}
	/** Text of the answer, when it was to be kept. */
	get text() {
		return this.#kept?.map((event) => eventText(event.toString())).join("");
	}
	/** Times relative to `origin`. */
	times(origin) {
		const tokenMs = this.#times.slice(0, this.#keepsTimes ? this.#count : 0);
		const [first, last] = this.#keepsTimes ? [tokenMs[0], tokenMs.at(-1)] : [this.#firstMs, this.#lastMs];
		for (let i = 0; i < tokenMs.length; i += 1) tokenMs[i] = (tokenMs[i] ?? 0) - origin;
		return {
			tokenMs,
			...this.firstByteMs === void 0 ? {} : { byteMs: this.firstByteMs - origin },
			...this.#count === 0 || first === void 0 || last === void 0 ? {} : {
				firstMs: first - origin,
				lastMs: last - origin
			},
			...this.#reasoned && this.#outputMs !== void 0 ? { outputMs: this.#outputMs - origin } : {},
			...this.#keepsTimes ? {} : {
				events: this.#count,
				longestGapMs: this.#longestGapMs
			}
		};
	}
	get #isFinished() {
		return (this.#seen & (EVENT.finish | EVENT.done)) !== 0;
	}
	#event(bytes, from, to, name) {
		const flags = name === "error" ? EVENT.error : readEvent(bytes, from, to);
		this.#seen |= flags;
		if ((flags & EVENT.token) !== 0) this.#token((flags & EVENT.reasoning) !== 0);
		if ((flags & EVENT.usage) !== 0) this.#usage = Buffer.from(bytes.subarray(from, to));
		if ((flags & EVENT.error) !== 0) this.#body = bytes.toString("utf8", from, Math.min(to, from + ERROR_LIMIT));
		if (this.#kept !== void 0 && (flags & EVENT.token) !== 0 && this.#keptBytes < KEPT_LIMIT) {
			this.#kept.push(Buffer.from(bytes.subarray(from, to)));
			this.#keptBytes += to - from;
		}
		return (flags & EVENT.error) === 0;
	}
	#token(reasoning) {
		if (reasoning) this.#reasoned = true;
		else this.#outputMs ??= this.#at;
		if (this.#keepsTimes) this.#keepTime();
		else this.#keepEnds();
		this.#count += 1;
	}
	#keepTime() {
		if (this.#count === this.#times.length) {
			const grown = new Float64Array(this.#times.length * 2);
			grown.set(this.#times);
			this.#times = grown;
		}
		this.#times[this.#count] = this.#at;
	}
	#keepEnds() {
		if (this.#count === 0) this.#firstMs = this.#at;
		else this.#longestGapMs = Math.max(this.#longestGapMs, this.#at - this.#lastMs);
		this.#lastMs = this.#at;
	}
	#flaw(ending) {
		if ((this.#seen & EVENT.error) !== 0) return {
			error: "error-in-stream",
			detail: this.#body
		};
		if (this.#scanner.overlong) return {
			error: "error-in-stream",
			detail: `an event longer than ${EVENT_LIMIT} bytes`
		};
		if (this.#status !== 0 && this.#status !== 200) return {
			error: statusError(this.#status),
			detail: `HTTP ${this.#status} ${this.#body}`
		};
		switch (ending.kind) {
			case "stopped": return {
				error: ending.why,
				detail: ending.why
			};
			case "lost":
				if (this.#isFinished && this.usage !== void 0) return void 0;
				if (!ending.gotHead) return {
					error: "reset-before-headers",
					detail: ending.code || "closed before an answer"
				};
				return {
					error: this.#count > 0 ? "truncated-stream" : "reset-after-headers",
					detail: ending.code || "closed before the stream ended"
				};
			case "garbled":
			case "enough": return {
				error: "error-in-stream",
				detail: "not a well-formed HTTP response"
			};
			case "complete":
				if (!this.#isStream) return {
					error: "error-in-stream",
					detail: `not an event stream: ${this.#body}`
				};
				if (this.#isFinished) return void 0;
				return {
					error: "truncated-stream",
					detail: "the stream ended without a finish reason"
				};
			default: return ending;
		}
	}
};
/** Class of an HTTP status that is not 200. */
function statusError(status) {
	if (status === 429) return "http-429";
	return status >= 500 ? "http-5xx" : "http-4xx";
}
/** Generated text of one completions or chat event, the reasoning channel included; empty when it has none or is not JSON. */
function eventText(data) {
	const event = parseJson(data);
	const choice = Array.isArray(event?.choices) ? event.choices[0] : void 0;
	return [
		choice?.text,
		choice?.delta?.["reasoning_content"],
		choice?.delta?.["reasoning"],
		choice?.delta?.["content"]
	].filter((text) => typeof text === "string").join("");
}

// src/load/wait-until.ts
/**
* Resolves at this clock time, never before it, or when the signal is aborted. Timers know whole milliseconds only: without `exact` the
* moment may be missed by one.
*/
async function waitUntil(atMs, { clock, signal, exact }) {
	const waitMs = atMs - clock.now();
	if (waitMs > 0) await clock.sleep(exact ? Math.floor(waitMs) : Math.ceil(waitMs), signal).catch(() => void 0);
	while (clock.now() < atMs && !signal.aborted) await setImmediate();
}

// src/load/pass.ts
const PREOPENED_OPEN_LOOP = 64;
const MAX_IN_FLIGHT = 4096;
const MIN_FAILURES_IN_A_ROW = 3;
const KEEP_TIMES = 8e6;
/** Mean time between a worker's requests from which on they are sent to the fraction of a millisecond; below, waiting would fill the core. */
const LEAST_EXACT_GAP_MS = 2;
/** Of requests made before the clock starts. */
const PREPARED_BYTES = 67108864;
/** Connections that this worker opens before the clock starts. */
function preopened({ arrivals }, share) {
	return lanes(Math.min(arrivals.requests, arrivals.kind === "closed" ? arrivals.concurrency : PREOPENED_OPEN_LOOP), share).length;
}
/** Numbers below `total` that are this worker's. */
function lanes(total, { index, count }) {
	return Array.from({ length: Math.max(0, Math.ceil((total - index) / count)) }, (_, i) => index + i * count);
}
/** One worker's part of a pass, from the first request to the last answer. */
var Pass = class {
	#request;
	#at;
	#keepShare;
	#failuresInARow = 0;
	#roomFreed = () => void 0;
	tally = new Tally();
	texts = [];
	/** In the order in which requests ended. */
	samples = [];
	/** When the last answer ended, from the start of the pass. */
	endMs = 0;
	startedMs;
	stopped;
	constructor(request, at, startedMs) {
		this.#request = request;
		this.#at = at;
		this.startedMs = startedMs;
		this.#keepShare = Math.min(1, (request.keepTimes ?? KEEP_TIMES) / (request.arrivals.requests * request.askedTokens));
	}
	/**
	* Makes the first requests of a closed loop, which all leave at once: made one after the other while answers to the first already
	* come in, they would be part of the latencies.
	*/
	static prepare(request, to, share) {
		const prepared = /* @__PURE__ */ new Map();
		const { arrivals } = request;
		if (arrivals.kind !== "closed") return prepared;
		let size = 0;
		for (let index = share.index; index < Math.min(arrivals.concurrency, arrivals.requests); index += share.count) {
			const bytes = bytesOf(request, to, index);
			size += bytes.length;
			if (size > PREPARED_BYTES) break;
			prepared.set(index, bytes);
		}
		return prepared;
	}
	async run() {
		const { arrivals } = this.#request;
		await (arrivals.kind === "closed" ? this.#closedLoop(arrivals) : this.#openLoop());
	}
	expire() {
		const { endpoint, idleTimeoutMs } = this.#request;
		this.#at.pool.expire(endpoint.requestTimeoutMs, Math.min(idleTimeoutMs ?? 1e400, endpoint.requestTimeoutMs));
	}
	async #closedLoop({ concurrency, requests, rampMs = 0 }) {
		const { share, board } = this.#at;
		const lane = async (first) => {
			if (rampMs > 0) await waitUntil(this.startedMs + rampMs * first / concurrency, {
				...this.#at,
				exact: false
			});
			for (let index = first; index < requests && this.#goesOn(); index = concurrency + board.take()) await this.#one(index, void 0);
		};
		await Promise.all(lanes(concurrency, share).map(lane));
	}
	async #openLoop() {
		const { arrivals, seed } = this.#request;
		if (arrivals.kind === "closed") return;
		const { share } = this.#at;
		const limit = Math.max(1, lanes(arrivals.maxInFlight ?? MAX_IN_FLIGHT, share).length);
		const running = /* @__PURE__ */ new Set();
		const due = schedule(arrivals, seed);
		const exact = (due.at(-1) ?? 0) * share.count / due.length >= LEAST_EXACT_GAP_MS;
		for (const [index, dueMs] of due.entries()) {
			if (index % share.count !== share.index) continue;
			await waitUntil(this.startedMs + dueMs, {
				...this.#at,
				exact
			});
			while (running.size >= limit) await new Promise((resolve) => this.#roomFreed = resolve);
			if (!this.#goesOn()) break;
			const one = this.#one(index, dueMs).finally(() => {
				running.delete(one);
				this.#roomFreed();
			});
			running.add(one);
		}
		await Promise.all(running);
	}
	async #one(index, dueMs) {
		const { keepTexts = 0 } = this.#request;
		const { to, pool, board, prepared } = this.#at;
		const askedTokens = askedLength(this.#request, index);
		const bytes = prepared.get(index) ?? bytesOf(this.#request, to, index);
		prepared.delete(index);
		const first = await pool.take();
		if (!(first instanceof Connection)) return this.#unsent(index, dueMs, askedTokens, first);
		const newStream = () => new TokenStream(askedTokens, index < keepTexts, this.#keepsTimes(index));
		board.sent();
		const { connection, stream, ending } = await this.#exchange(first, bytes, newStream);
		board.ended();
		const { error, detail } = stream.outcome(ending);
		const { usage } = stream;
		const sendMs = connection.sentMs - this.startedMs;
		const sample = {
			schedMs: dueMs ?? sendMs,
			sendMs,
			...stream.times(this.startedMs),
			...usage?.prompt === void 0 ? {} : { promptTokens: usage.prompt },
			...usage?.cached === void 0 ? {} : { cachedTokens: usage.cached },
			...usage === void 0 ? {} : { completionTokens: usage.completion },
			...usage?.server === void 0 ? {} : { server: usage.server },
			askedTokens,
			...error === void 0 ? {} : { error }
		};
		this.#done(index, sample, detail, error === void 0 ? connection.lastActiveMs - this.startedMs : this.#now());
		if (stream.text !== void 0 && error === void 0) this.texts.push(stream.text);
	}
	/**
	* Sends a request and reads its answer. Where the server closes a connection after an answer without having said so (llama.cpp's does,
	* after every stream), its closing and our next request pass each other and nobody reads that one: it goes once more over a connection
	* opened for it, and its times count from there. A server that keeps its connections and loses a request has failed it.
	*/
	async #exchange(connection, bytes, newStream) {
		const { pool } = this.#at;
		const sent = await exchange(connection, bytes, newStream());
		pool.give(connection);
		if (sent.ending.kind !== "lost" || !sent.ending.unread || !pool.mayClose) return sent;
		const fresh = await pool.fresh();
		if (!(fresh instanceof Connection)) return sent;
		const again = await exchange(fresh, bytes, newStream());
		const closes = again.ending.kind === "complete" && await pool.closes(fresh);
		pool.give(fresh);
		return closes ? again : sent;
	}
	#unsent(index, dueMs, askedTokens, { error, detail }) {
		const sendMs = this.#now();
		this.#done(index, {
			schedMs: dueMs ?? sendMs,
			sendMs,
			tokenMs: /* @__PURE__ */ new Float64Array(0),
			askedTokens,
			error
		}, detail, sendMs);
	}
	#done(index, sample, detail, endMs) {
		const { board, signal } = this.#at;
		this.samples.push({
			index,
			sample
		});
		this.endMs = Math.max(this.endMs, endMs);
		this.tally.add(sample, detail);
		if (sample.error === void 0) board.done(sample.completionTokens ?? 0);
		else board.failed();
		this.#failuresInARow = sample.error === void 0 ? 0 : this.#failuresInARow + 1;
		if (signal.aborted) this.#stop("cancelled");
		else if (this.#failuresInARow >= this.#patience(sample.error)) this.#stop(gone(sample.error) ? "server-gone" : "failing");
	}
	#stop(why) {
		this.stopped ??= {
			why,
			atMs: this.endMs
		};
		this.#at.board.stop();
	}
	/** A uniform sample of requests where not all can be kept; which ones depends on nothing that is measured. */
	#keepsTimes(index) {
		return this.#keepShare >= 1 || seeded("keep", this.#request.seed, index)() < this.#keepShare;
	}
	/** Twice as many as are in flight: those that a death cuts off, and as many that find nobody there. A hang costs too much to wait for twice. */
	#patience(error) {
		const { arrivals } = this.#request;
		const inFlight = arrivals.kind === "closed" ? lanes(arrivals.concurrency, this.#at.share).length : PREOPENED_OPEN_LOOP;
		return Math.max(MIN_FAILURES_IN_A_ROW, error === "timeout" ? inFlight : 2 * inFlight);
	}
	#goesOn() {
		if (this.#at.signal.aborted) this.stopped ??= {
			why: "cancelled",
			atMs: this.#now()
		};
		return this.stopped === void 0 && !this.#at.board.stopped;
	}
	#now() {
		return this.#at.clock.now() - this.startedMs;
	}
};
async function exchange(connection, bytes, stream) {
	return {
		connection,
		stream,
		ending: await connection.send(bytes, stream)
	};
}
function bytesOf(request, to, index) {
	const path = API_PATH[request.api ?? "completions"];
	return requestBytes(to, {
		method: "POST",
		path,
		body: loadBody(request, index),
		accept: "text/event-stream"
	});
}
function gone(error) {
	return error === "refused" || error === "reset-before-headers";
}

// src/load/pool.ts
/** Servers close idle connections after 5 s (uvicorn, Node); one that idled longer than this is not trusted with a request. */
const STALE_MS = 3e3;
const CONNECT_TIMEOUT_MS = 1e4;
/** A server that closes a connection after each answer does it within this time. */
const CLOSING_MS = 50;
/** Keep-alive connections to one place, the most recently used first. */
var Pool = class {
	#target;
	#clock;
	#signal;
	#idle = [];
	/** Connections with a request in flight. */
	busy = /* @__PURE__ */ new Set();
	#buffer = Buffer.allocUnsafe(READ_BYTES);
	#opened = 0;
	#reused = 0;
	#reopened = 0;
	#lost = 0;
	/** Whether the server closes a connection after an answer although it said nothing of it; unknown until it is asked. */
	#closes;
	constructor(target, clock, signal) {
		this.#target = target;
		this.#clock = clock;
		this.#signal = signal;
	}
	get counts() {
		return {
			opened: this.#opened,
			reused: this.#reused,
			reopened: this.#reopened
		};
	}
	/** Opens `count` connections. Those that fail are left out; the requests that would have used them will say why. */
	async fill(count) {
		const opened = await Promise.all(Array.from({ length: count }, () => this.#open()));
		this.#idle.push(...opened.filter((one) => one instanceof Connection));
	}
	/** A connection to send on, opened now if none is idle. The time it takes lies before the request is sent. */
	async take() {
		const idle = this.#pop();
		if (idle === void 0) return this.fresh();
		this.busy.add(idle);
		if (idle.requests > 0) this.#reused += 1;
		return idle;
	}
	/** A connection that has carried nothing yet. */
	async fresh() {
		const fresh = await this.#open();
		if (!(fresh instanceof Connection)) return fresh;
		if (this.#lost > 0) {
			this.#lost -= 1;
			this.#reopened += 1;
		}
		this.busy.add(fresh);
		return fresh;
	}
	/** Hands a connection back after its request. */
	give(connection) {
		this.busy.delete(connection);
		if (connection.usable && this.#closes !== true) return void this.#idle.push(connection);
		connection.close();
		this.#lost += 1;
	}
	/** False once it is known that the server keeps its connections. */
	get mayClose() {
		return this.#closes !== false;
	}
	/** Whether the server closes this connection, which has just carried an answer. Asked once; from then on it is known. */
	async closes(connection) {
		const giveUpMs = this.#clock.now() + CLOSING_MS;
		while (this.#closes === void 0 && connection.usable && this.#clock.now() < giveUpMs && !this.#signal.aborted) await this.#clock.sleep(1);
		return this.#closes ??= !connection.usable;
	}
	/** Stops what has been silent or in flight for too long. */
	expire(totalMs, idleMs) {
		const now = this.#clock.now();
		for (const connection of this.busy) if (now - connection.sentMs > totalMs || now - connection.lastActiveMs > idleMs) connection.stop("timeout");
	}
	cancel() {
		for (const connection of this.busy) connection.stop("cancelled");
	}
	close() {
		for (const connection of [...this.#idle.splice(0), ...this.busy]) connection.close();
	}
	#pop() {
		for (let idle = this.#idle.pop(); idle !== void 0; idle = this.#idle.pop()) {
			if (idle.usable && this.#clock.now() - idle.lastActiveMs < STALE_MS) return idle;
			if (!idle.usable) this.#lost += 1;
			idle.close();
		}
	}
	async #open() {
		const opened = await openConnection(this.#target, {
			clock: this.#clock,
			timeoutMs: CONNECT_TIMEOUT_MS,
			signal: this.#signal,
			buffer: this.#buffer
		});
		if (opened instanceof Connection) this.#opened += 1;
		return opened;
	}
};

// src/load/work.ts
/** One worker's part of a pass: opens its connections, waits for the start, sends, and tells. Never rejects for what a server does. */
async function work({ request, share, board: memory, signal, clock, start }) {
	const to = target(request.endpoint.url);
	const pool = new Pool(to, clock, signal);
	await pool.fill(preopened(request, share));
	const prepared = Pass.prepare(request, to, share);
	const pass = new Pass(request, {
		to,
		pool,
		clock,
		signal,
		share,
		prepared,
		board: new Board(memory, share.index)
	}, await start());
	const client = watchClient();
	const timer = setInterval(() => pass.expire(), Math.min(250, Math.max(10, request.endpoint.requestTimeoutMs / 4)));
	const cancel = () => pool.cancel();
	signal.addEventListener("abort", cancel);
	try {
		await pass.run();
	} finally {
		clearInterval(timer);
		signal.removeEventListener("abort", cancel);
		pool.close();
	}
	return {
		samples: pass.samples,
		endMs: pass.endMs,
		tally: pass.tally.result(),
		texts: pass.texts,
		connections: pool.counts,
		client: client(),
		...pass.stopped === void 0 ? {} : { stopped: pass.stopped }
	};
}

// src/load/worker.ts
const port = parentPort;
const { request, share, board, mainOffsetMs } = workerData;
const controller = new AbortController();
port.on("message", (message) => {
	if (message.kind === "cancel") controller.abort();
});
const shiftMs = Number(process.hrtime.bigint()) / 1e6 - performance.now() - mainOffsetMs;
const clock = {
	...systemClock,
	now: () => performance.now() + shiftMs
};
const say = (message) => port.postMessage(message);
say({
	kind: "done",
	done: await work({
		request,
		share,
		board,
		signal: controller.signal,
		clock,
		start: async () => {
			say({
				kind: "ready",
				thread: threadId()
			});
			for (;;) {
				const [message] = await once(port, "message");
				if (message.kind === "go") return message.startedMs;
				if (message.kind === "cancel") return clock.now();
			}
		}
	})
});
port.close();

export {  };