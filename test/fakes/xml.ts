export interface XmlNode {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly XmlNode[];
  readonly text: string;
}

const NAME = "[A-Za-z_][\\w.-]*";
const ENTITY = /&(?:(amp|lt|gt|quot|apos)|#(\d+)|#x([0-9A-Fa-f]+));/g;

/** A strict reader of the XML this project writes: throws on anything that is not well-formed XML 1.0 without DTD, CDATA or comments. */
export function parseXml(source: string): XmlNode {
  const forbidden = /[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/u.exec(source);
  if (forbidden !== null) throw new Error(`forbidden character at ${forbidden.index}`);
  let at = 0;
  const take = (pattern: string): RegExpExecArray | undefined => {
    const match = new RegExp(pattern, "y");
    match.lastIndex = at;
    const found = match.exec(source);
    if (found !== null) at = match.lastIndex;
    return found ?? undefined;
  };
  const fail = (what: string): never => {
    throw new Error(`${what} at ${at}: ${source.slice(at, at + 40)}`);
  };
  const decode = (raw: string): string => {
    if (/&/.test(raw.replace(ENTITY, ""))) fail("bare ampersand");
    return raw.replace(ENTITY, (_, name: string, decimal: string, hex: string) =>
      name === undefined
        ? String.fromCodePoint(decimal === undefined ? Number.parseInt(hex, 16) : Number(decimal))
        : ({ amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" }[name] ?? ""),
    );
  };
  const node = (): XmlNode => {
    const name = take(`<(${NAME})`)?.[1] ?? fail("expected an element");
    const attributes: Record<string, string> = {};
    for (let found = take(`\\s+(${NAME})="([^"<]*)"`); found !== undefined; found = take(`\\s+(${NAME})="([^"<]*)"`)) {
      if (found[1] !== undefined && found[1] in attributes) fail("attribute twice");
      attributes[found[1] ?? ""] = decode(found[2] ?? "");
    }
    if (take("\\s*/>") !== undefined) return { name, attributes, children: [], text: "" };
    if (take("\\s*>") === undefined) fail("expected the end of a tag");
    const children: XmlNode[] = [];
    let text = "";
    while (take(`</${name}\\s*>`) === undefined) {
      const words = take("[^<]+");
      if (words === undefined) children.push(node());
      else text += decode(words[0]);
      if (at >= source.length) fail(`<${name}> is not closed`);
    }
    return { name, attributes, children, text };
  };
  take('<\\?xml version="1\\.0" encoding="UTF-8"\\?>\\s*');
  const root = node();
  take("\\s*");
  if (at !== source.length) fail("something after the root");
  return root;
}
