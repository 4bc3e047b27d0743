import type { Marker } from "../engine.ts";

/** `[transformers] `, or uvicorn's `INFO:     `. */
export const transformersPrefix = /^(?:\[transformers\] |(?:DEBUG|INFO|WARNING|ERROR|CRITICAL):\s+)/;

/**
 * Start-up as captured from 5.23: the model is loaded before the HTTP server exists. Uvicorn completes the application's
 * start-up before it binds the port, so only the line after that means ready.
 */
export const transformersMarkers: readonly Marker[] = [
  { phase: "weights", patterns: [/^Loading \S.*@\S+$/, /Loading (?:weights|checkpoint shards):\s+\d+%/] },
  { phase: "http", patterns: [/Started server process \[\d+\]/, /Waiting for application startup\./, /Application startup complete\./] },
  { phase: "ready", patterns: [/Uvicorn running on http/] },
];
