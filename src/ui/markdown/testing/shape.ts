// Owns how tests write down nodes.

/** The shape of the DOM without its tools and colours, as compact text. */
export function shape(node: Node): string {
  if (node instanceof Text) return node.data;
  if (!(node instanceof Element)) return "";
  if (node.tagName === "BUTTON") return "";
  const inner = [...node.childNodes].map(shape).join("");
  if (node.tagName === "SPAN" && node.closest("pre") !== null) return inner;
  const name = node.tagName.toLowerCase();
  const marks = ["href", "src", "start"]
    .map((mark) => node.getAttribute(mark))
    .filter((mark) => mark !== null);
  return `<${[name, ...marks].join(" ")}>${inner}</${name}>`;
}
