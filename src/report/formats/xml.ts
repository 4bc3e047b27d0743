/** Characters that XML 1.0 forbids, with the halves of surrogate pairs. */
const FORBIDDEN = /[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu;

const ENTITIES: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };

/** Text for an element or an attribute, of XML or HTML. Also breaks `##[`, which a runner that prints the file would obey. */
export function escaped(text: string): string {
  return text
    .replace(FORBIDDEN, "\uFFFD")
    .replace(/[&<>"']/g, (char) => ENTITIES[char] ?? "")
    .replaceAll("##[", "##&#91;")
    .replace(/^(\s*):(?=:)/gm, "$1&#58;");
}

export type Attributes = Readonly<Record<string, string | number | undefined>>;

/** One element; `children` are elements already, `undefined` attributes are left out. */
export function element(name: string, attributes: Attributes, children: readonly string[] = []): string {
  const list = Object.entries(attributes)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => ` ${key}="${escaped(String(value))}"`)
    .join("");
  return children.length === 0 ? `<${name}${list}/>` : `<${name}${list}>${children.join("")}</${name}>`;
}
