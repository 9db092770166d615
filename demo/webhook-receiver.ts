// Owns the shop's webhook: whoever is logged in meets Nova, everyone else meets Echo.
// In a backend of your own: `import { verifyWebhook } from "foyer-widget/admin"`.
import { verifyWebhook } from "../src/admin/webhook.ts";

/** Ids of deliveries that were taken, until they are too old to be sent again. */
function createMemory(): (id: string, untilMs: number) => boolean {
  const untilById = new Map<string, number>();
  return (id, untilMs) => {
    for (const [old, endMs] of untilById) if (endMs < Date.now()) untilById.delete(old);
    const isNew = !untilById.has(id);
    untilById.set(id, untilMs);
    return isNew;
  };
}

/** @param secrets the account's webhook secrets, asked for once, at the first delivery. */
export function createWebhookReceiver(
  secrets: () => Promise<string[]>,
): (request: Request) => Promise<Response> {
  const remember = createMemory();
  let known: Promise<string[]> | undefined;
  return async (request) => {
    known ??= secrets();
    const rawBody = await request.text();
    const verdict = await verifyWebhook({
      secrets: await known,
      headers: request.headers,
      rawBody,
      remember,
    });
    if (verdict.kind === "refused") return new Response(verdict.reason, { status: 401 });
    const isUser = verdict.event.data.visitor?.type === "user";
    return Response.json({ agent_id: isUser ? "support" : "echo" });
  };
}
