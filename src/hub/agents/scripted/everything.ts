// Owns an answer that has one of everything that an answer can hold, so that a panel can be looked at offline.
import type { AgentOutput } from "../agent.ts";
import { speak } from "./speak.ts";
import type { ScriptRun } from "./speak.ts";

const TEXT = `## One of everything

**Bold**, *italic*, ~~struck~~, \`code\` and a [link](https://www.rfc-editor.org/rfc/rfc9110). Shipping is free from € 50 [1], and returns are open for 30 days [2].

> A quote, which may be longer than one line
> and goes on here.

- [x] Order received
- [x] Packed
- [ ] On its way

1. First the order
   - the jacket
   - the beanie
     - in grey
2. Then the parcel

| Item | Size | Price |
| :--- | :---: | ---: |
| Field jacket | M | € 120 |
| Wool beanie | one size | € 24 |

\`\`\`ts
// The total, in cents
const total = items.reduce((sum, { price, count }) => sum + price * count, 0);
if (total >= 5_000) shipping = "free";
\`\`\`

---

That was all.[1][2]`;

/** A step, markdown, sources and suggestions. */
export async function* showEverything(run: ScriptRun): AsyncGenerator<AgentOutput> {
  yield { kind: "step-start", name: "Reading the shop's pages" };
  await run.clock.sleep(700, run.signal);
  yield { kind: "step-end", name: "Reading the shop's pages" };
  yield* speak(TEXT, run);
  yield {
    kind: "sources",
    sources: [
      { id: "1", title: "Shipping and delivery", url: "https://shop.example/help/shipping" },
      { id: "2", title: "Returns within 30 days", url: "https://shop.example/help/returns" },
    ],
  };
  yield { kind: "suggestions", suggestions: ["Where is my order?", "Cancel my order", "What does it cost?"] };
}
