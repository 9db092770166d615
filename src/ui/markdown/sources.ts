// Owns the list of what an answer rests on, below its text. Addresses pass the policy of links.ts.
import type { Source } from "../../protocol/rich.ts";
import type { MarkdownTexts } from "./texts.ts";
import { create } from "./elements.ts";
import { safeLink, visibleText } from "./links.ts";
import { becomeLink } from "./references.ts";

/** One chip for each source: its number in the text, its title, and always the host it leads to. */
export function sourceList(sources: readonly Source[], texts: MarkdownTexts): HTMLElement {
  const list = create("ol", "sources");
  list.ariaLabel = texts("sources");
  for (const { title, url } of sources) {
    const link = safeLink(url);
    const chip = list.appendChild(create("li"));
    const label = chip.appendChild(create("span"));
    label.append(visibleText(title));
    if (link === null) continue;
    becomeLink(label, url, "said");
    chip.querySelector("a")?.appendChild(create("small")).append(link.destination);
  }
  return list;
}
