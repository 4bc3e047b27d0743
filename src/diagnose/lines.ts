/** A line longer than this is cut into several, so that a binary file cannot fill the memory. */
const LONGEST = 1 << 20;

/**
 * Cuts chunks of text into lines. Carriage returns end a line too: progress bars redraw themselves with them, and the last
 * redraw often holds the message that follows.
 */
export function* splitLines(chunks: Iterable<string>): Generator<string, void, undefined> {
  let rest = "";
  for (const chunk of chunks) {
    const text = rest === "" ? chunk : rest + chunk;
    let start = 0;
    for (let end = text.indexOf("\n", start); end !== -1; end = text.indexOf("\n", start)) {
      yield text.charCodeAt(end - 1) === 13 ? text.slice(start, end - 1) : text.slice(start, end);
      start = end + 1;
    }
    rest = start === 0 ? text : text.slice(start);
    for (; rest.length > LONGEST; rest = rest.slice(LONGEST)) yield rest.slice(0, LONGEST);
  }
  if (rest !== "") yield rest;
}
