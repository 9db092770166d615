// Owns the script `support`: Nova, who helps on a shop's site. Picks an answer by what the visitor asks about.
import type { AgentInput, AgentOutput } from "../agent.ts";
import { askApproval, continueApproval } from "./approval.ts";
import { showEverything } from "./everything.ts";
import { fail } from "./fail.ts";
import { slow } from "./slow.ts";
import { lastMessage, speak } from "./speak.ts";
import type { Script, ScriptRun } from "./speak.ts";
import { callTool, continueTools } from "./page-tools.ts";

const INSTALL_AND_PRICING = `## Adding the widget

Paste **one tag** before \`</body>\`, on every page that should have the chat:

\`\`\`html
<script
  src="https://chat.example.com/foyer.js"
  data-client-key="pk_live_..."
  async
></script>
\`\`\`

Then do three things:

1. Add your site to the key's *allowlist*, for example \`shop.example\`.
2. Pick the agent that answers, with \`data-agent\` or a pin on the key.
3. Reload the page. The launcher sits in the corner.

### What it costs

Prices are per month, and you can switch plans at any time.

| Plan | Conversations | Price |
| --- | ---: | ---: |
| Starter | 500 | € 0 |
| Team | 5,000 | € 29 |
| Scale | 50,000 | € 190 |

- A conversation counts once, however long it gets.
- Guests and logged-in visitors cost the same.

The [setup guide](https://docs.ag-ui.com/introduction) explains how agents stream their answers.`;

const ORDER = `I found it: order **#10482** left Rotterdam this morning.

| Item | Size | State |
| --- | --- | --- |
| Field jacket, olive | M | on its way |
| Wool beanie, grey | one size | on its way |

It should reach you **within two working days**. Is there anything you would like to change?`;

const ABILITIES = `Here is what I can do:

- **Find an order** and tell you where it is
- **Explain** how the widget is added and what it costs
- **Stop** when you tell me to, and start again

- **Cancel an order**, once you have approved it
- **Use what the page offers**: say \`tool\` and, if you like, its name and arguments

Try \`slow\` or \`fail\` to see how a long pause or a broken answer looks, and \`show me everything\` for the rest.`;

const QUOTE_LENGTH = 300;

function reply(text: string): string {
  const words = text.length > QUOTE_LENGTH ? `${text.slice(0, QUOTE_LENGTH)}…` : text;
  const quote = words
    .split(/\r?\n/)
    .map((line) => `> ${line}`)
    .join("\n");
  return `You wrote:\n\n${quote}\n\nI am a **scripted** agent, so I only know a few things by heart. Ask me about your *order*, or how to *install* the widget and what it *costs*.`;
}

const GREETS = /\b(hello|hi|hey)\b/i;

/** Greets once per conversation and whoever greets, by name where there is one. */
function greeting(input: AgentInput): string {
  const isFirst = !input.messages.some((message) => message.role === "assistant");
  if (!isFirst && !GREETS.test(lastMessage(input.messages))) return "";
  return input.visitor.name === null ? "Hi there! " : `Hi ${input.visitor.name}, good to see you. `;
}

async function* lookUpOrder(input: AgentInput, run: ScriptRun): AsyncGenerator<AgentOutput> {
  const name = "Looking up your order";
  yield { kind: "step-start", name };
  await run.clock.sleep(900, run.signal);
  yield { kind: "step-end", name };
  yield* speak(`${greeting(input)}${ORDER}`, run);
  yield { kind: "suggestions", suggestions: ["Cancel my order", "What does it cost?", "Show me everything"] };
}

async function* explain(input: AgentInput, run: ScriptRun): AsyncGenerator<AgentOutput> {
  const hello = greeting(input);
  yield* speak(`${hello === "" ? "" : `${hello.trim()}\n\n`}${INSTALL_AND_PRICING}`, run);
  yield { kind: "suggestions", suggestions: ["Where is my order?", "What can you do?"] };
}

export const support: Script = (input, run) => {
  const goesOn = continueTools(input, run) ?? continueApproval(input, run);
  if (goesOn !== null) return goesOn;
  const text = lastMessage(input.messages).trim();
  if (text === "slow") return slow(input, run);
  if (text === "fail") return fail(input, run);
  if (/^tool\b/i.test(text)) return callTool(input, text, run);
  if (/\bshow me everything\b/i.test(text)) return showEverything(run);
  if (/\bcancel\b/i.test(text)) return askApproval(run);
  if (/\b(orders?|parcel|delivery|shipping)\b/i.test(text)) return lookUpOrder(input, run);
  if (/\b(install\w*|add|set ?up|embed|pric\w+|costs?|plans?)\b/i.test(text)) return explain(input, run);
  if (GREETS.test(text) || /\b(what can you|help)\b/i.test(text))
    return speak(`${greeting(input)}${ABILITIES}`, run);
  return speak(`${greeting(input)}${reply(text)}`, run);
};
