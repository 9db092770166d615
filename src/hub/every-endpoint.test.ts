// Every endpoint that the reference lists, met in the same ways: without a key, with a wrong body, with ids that are
// nobody's or another account's, many times at once and once more. Whatever it answers is what the reference says.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { SessionAnswer } from "../protocol/session.ts";
import type { OpenApiDocument } from "./openapi/document.ts";
import { HUB_URL, PAGE, codeOf, createTestHub, readBody, readFrames } from "./testing/harness.ts";
import type { TestHub } from "./testing/harness.ts";

interface Place {
  method: string;
  path: string;
  auth: "secret-key" | "session" | "none";
  hasBody: boolean;
  /** What the reference says of each status. */
  said: Record<string, string>;
}
/** Whose keys, tokens and things are used. */
interface Party {
  secret: string;
  session: SessionAnswer;
  /** By the path of the list they are in. */
  ids: Record<string, string>;
}
interface Sent {
  token?: string | null;
  text?: string;
  type?: string;
}

let t: TestHub;
let places: Place[];
let own: Party;
let foreign: Party;
let count = 0;
const fresh = () => `fresh_${(count += 1)}`;

/** A body that is right, for what needs one. */
const BODIES: Record<string, (party: Party) => unknown> = {
  "POST /api/v1/widget/auth/guest": () => ({ client_key: t.widgetKey, agent_id: "echo" }),
  "POST /api/v1/widget/auth/user-token": () => ({ client_key: t.widgetKey, user_id: "u1" }),
  "POST /api/v1/widget/auth/exchange": () => ({ client_key: t.widgetKey, token: "eyJ.eyJ.x" }),
  "POST /api/v1/widget/auth/refresh": ({ session }) => ({ refresh_token: session.refresh_token }),
  "POST /api/v1/widget/auth/logout": () => ({ refresh_token: "rt_nobody" }),
  "POST /api/v1/widget/connect": () => ({
    threadId: fresh(),
    runId: fresh(),
    messages: [{ id: fresh(), role: "user", content: "hi" }],
    tools: [],
    context: [],
  }),
  "PATCH /api/v1/widget/threads/{id}": () => ({ title: "Mine" }),
  "POST /api/v1/widget/messages/{id}/feedback": () => ({ rating: 1 }),
  "POST /api/v1/widget-keys": () => ({ name: "Shop", domain_allowlist: ["shop.example"] }),
  "PATCH /api/v1/widget-keys/{id}": () => ({ name: "Renamed" }),
  "POST /v1/publishable-key": () => ({
    allowed_domains: ["shop.example"],
    agent_id: t.seed.agents[0]?.number,
  }),
  "PATCH /v1/publishable-key/{id}": () => ({ name: "Renamed" }),
  "POST /v1/publishable-key/{id}/transfer": () => ({ target_org_id: t.seed.orgs[0]?.id, mode: "move" }),
  "POST /api/v1/agents": () => ({ name: fresh(), kind: "scripted", config: { script: "echo" } }),
  "PATCH /api/v1/agents/{id}": () => ({ name: "Renamed" }),
  "PATCH /api/v1/agents/{id}/widget-settings": () => ({ title: "Hello" }),
  "PATCH /api/v1/widget-settings": () => ({ title: "Hello" }),
  "PATCH /api/v1/webhook-settings": () => ({ fallback_agent_id: null }),
  "POST /api/v1/orgs": () => ({ slug: fresh() }),
};

function bodyFor({ method, path, hasBody }: Place, party: Party): unknown {
  const body = BODIES[`${method} ${path}`];
  if (hasBody && body === undefined) throw new Error(`no body is known for ${method} ${path}`);
  return body?.(party);
}

const tokenOf = ({ auth }: Place, party: Party): string | null =>
  auth === "none" ? null : auth === "session" ? party.session.token : party.secret;

/** Answers that the reference does not have. */
const undocumented = new Set<string>();

/** Secrets in what anybody may read. */
const leaked = new Set<string>();
const SECRET = /sk_live_(?!nobody)\w|whsec_\w|\brt_[\w-]{20}|eyJ[\w-]+\.eyJ|"d":/;

/** One call; what it answers is compared with the reference. */
async function ask(place: Place, party: Party, id: string, sent: Sent = {}): Promise<[number, unknown]> {
  const { method, path, auth, hasBody, said } = place;
  const { token = tokenOf(place, party), text, type = "application/json" } = sent;
  const body = text ?? (hasBody ? JSON.stringify(bodyFor(place, party)) : null);
  const url = new URL(path.replace("{id}", encodeURIComponent(id)), HUB_URL);
  if (path.endsWith("/config")) url.searchParams.set("client_key", t.widgetKey);
  const response = await t.hub.fetch(
    new Request(url, {
      method,
      headers: {
        Accept: "application/problem+json",
        ...(auth === "secret-key" ? {} : { Origin: PAGE }),
        ...(token === null ? {} : { Authorization: `Bearer ${token}` }),
        ...(body === null ? {} : { "Content-Type": type }),
      },
      ...(body === null ? {} : { body }),
    }),
  );
  const answer = await response.text();
  const isProblem = (response.headers.get("Content-Type") ?? "").startsWith("application/problem+json");
  const code = isProblem ? (JSON.parse(answer) as { code: string }).code : null;
  const where = `${method} ${path} ${response.status}`;
  expect([where, response.status]).not.toEqual([where, 500]);
  const documented = said[response.status];
  if (documented === undefined || !documented.includes(code === null ? "" : `\`${code}\``))
    undocumented.add(`${where} ${code}`);
  if (method === "GET" && auth === "none" && SECRET.test(answer))
    leaked.add(`${where} ${SECRET.exec(answer)}`);
  return [response.status, code];
}

async function settle(secret: string): Promise<Party["ids"]> {
  const make = async (path: string, body: unknown) =>
    readBody<{ id: unknown; number: number }>(await t.call(path, { body, token: secret, origin: null }));
  const agents = "/api/v1/agents";
  const agent = await make(agents, { name: fresh(), kind: "scripted", config: { script: "echo" } });
  const [widgetKeys, publishableKeys] = ["/api/v1/widget-keys", "/v1/publishable-key"] as const;
  const widgetKey = await make(widgetKeys, { name: "Own", domain_allowlist: ["localhost:*"] });
  const publishableKey = await make(publishableKeys, {
    allowed_domains: ["a.com"],
    agent_id: agent.number,
  });
  const ids = { [agents]: agent.id, [widgetKeys]: widgetKey.id, [publishableKeys]: publishableKey.id };
  return Object.fromEntries(Object.entries(ids).map(([path, id]) => [path, String(id)]));
}

/** A visitor who has a conversation with an answer in it. */
async function talk(agent: string): Promise<{ session: SessionAnswer; ids: Party["ids"] }> {
  const session = await t.guest({ agent });
  const [thread, run] = [crypto.randomUUID(), crypto.randomUUID()];
  await readFrames(await t.connect(session, { thread, run, say: [[crypto.randomUUID(), "hi"]] }));
  const page = await t.call(`/api/v1/widget/threads/${thread}/messages`, { token: session.token });
  const { messages } = await readBody<{ messages: { id: string }[] }>(page);
  const message = messages.at(-1)?.id ?? "";
  return {
    session,
    ids: {
      "/api/v1/widget/threads": thread,
      "/api/v1/widget/runs": run,
      "/api/v1/widget/messages": message,
    },
  };
}

async function openParty(secret: string): Promise<Party> {
  const { session, ids } = await talk("echo");
  return { secret, session, ids: { ...ids, ...(await settle(secret)) } };
}

const listOf = (path: string) => path.slice(0, path.indexOf("/{id}"));
const idOf = ({ path }: Place, party: Party) => party.ids[listOf(path)] ?? "none";
const withId = () => places.filter(({ path }) => path.includes("{id}"));

beforeAll(async () => {
  t = await createTestHub();
  t.clock.runFreely();
  const document = await readBody<OpenApiDocument>(await t.call("/openapi.json"));
  places = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]): Place => {
      const auth = Object.keys(operation.security?.[0] ?? {})[0];
      return {
        method: method.toUpperCase(),
        path,
        auth: auth === "secret-key" || auth === "session" ? auth : "none",
        hasBody: operation.requestBody !== undefined,
        said: Object.fromEntries(
          Object.entries(operation.responses).map(([status, { description }]) => [status, description]),
        ),
      };
    }),
  );
  own = await openParty(t.seed.secret_key);
  foreign = await openParty((await t.hub.createOrg({ slug: "foreign" })).secret_key);
}, 120_000);
afterAll(() => t.hub.close());

describe("every endpoint", () => {
  it("without a key, and with one that is nobody's, is 401", async () => {
    for (const place of places.filter(({ auth }) => auth !== "none")) {
      const nobodys = place.auth === "session" ? "eyJ.eyJ.x" : "sk_live_nobody";
      for (const token of [null, nobodys]) {
        const [status] = await ask(place, own, idOf(place, own), { token });
        expect([place.method, place.path, token, status]).toEqual([place.method, place.path, token, 401]);
      }
    }
  });

  it("N60 N61 of a backend is changed by no page elsewhere, and by no page with its secret key", async () => {
    const page = { Origin: "https://evil.example", "Sec-Fetch-Site": "cross-site" };
    const codeFor = async ({ method, path }: Place, headers: Record<string, string>) => {
      const response = await t.call(path.replace("{id}", "1"), { method, origin: null, headers });
      return (await codeOf(response))[1];
    };
    for (const place of places.filter(({ auth }) => auth === "secret-key")) {
      const { method, path } = place;
      const bearer = { Authorization: `Bearer ${own.secret}` };
      expect([method, path, await codeFor(place, { ...page, ...bearer })]).toEqual([
        method,
        path,
        "secret_key_in_browser",
      ]);
      // Reading needs the key; a widget route may be asked by pages.
      const isChange = method !== "GET" && !path.startsWith("/api/v1/widget/");
      const code = await codeFor(place, page);
      if (isChange) expect([method, path, code]).toEqual([method, path, "cross_site_request"]);
    }
  });

  it("refuses another type, broken JSON and what is no object", async () => {
    for (const place of places.filter(({ hasBody }) => hasBody)) {
      const id = idOf(place, own);
      const codes = [
        await ask(place, own, id, { text: "{}", type: "text/plain" }),
        await ask(place, own, id, { text: "{" }),
        (await ask(place, own, id, { text: "[]" }))[0],
      ];
      // Members of every wrong kind: what comes of them is in the reference too.
      for (const wrong of [null, "", [], "sk_live_nobody"]) {
        const members = Object.keys(Object(bodyFor(place, own)));
        for (const member of members)
          await ask(place, own, id, {
            text: JSON.stringify({ ...Object(bodyFor(place, own)), [member]: wrong }),
          });
      }
      expect([place.path, ...codes]).toEqual([
        place.path,
        [415, "unsupported_media_type"],
        [400, "invalid_json"],
        400,
      ]);
    }
  }, 60_000);

  it("knows nothing under an id that nobody has, whatever it looks like", async () => {
    for (const place of withId()) {
      for (const id of [crypto.randomUUID(), "999999", "none", "../x", "'; --", "é", "x".repeat(500)]) {
        const [status] = await ask(place, own, id);
        expect([place.method, place.path, id, status]).toEqual([place.method, place.path, id, 404]);
      }
    }
  });

  it("knows nothing of what another account or visitor has, and leaves it as it is", async () => {
    const look = async () => {
      const bodies = [];
      for (const path of ["/api/v1/agents", "/api/v1/widget-keys", "/v1/publishable-key"])
        bodies.push(await (await t.call(path, { token: foreign.secret, origin: null })).text());
      const thread = foreign.ids["/api/v1/widget/threads"];
      const history = `/api/v1/widget/threads/${thread}/messages`;
      const { server_time: _time, ...page } = await readBody<Record<string, unknown>>(
        await t.call(history, { token: foreign.session.token }),
      );
      return [...bodies, page];
    };
    const before = await look();
    for (const place of withId()) {
      const [status] = await ask(place, own, idOf(place, foreign));
      expect([place.method, place.path, status]).toEqual([place.method, place.path, 404]);
    }
    expect(await look()).toEqual(before);
  });

  it("five times at once, and once more, answers what the reference says and never 500", async () => {
    const removes = (place: Place) => Number(place.method === "DELETE" || place.path.includes("logout"));
    for (const place of places.toSorted((a, b) => removes(a) - removes(b))) {
      const id = idOf(place, own);
      const answers = await Promise.all(Array.from({ length: 5 }, () => ask(place, own, id)));
      answers.push(await ask(place, own, id));
      const isWell = answers.some(([status]) => status < 300);
      const isHopeless =
        place.path.endsWith("/exchange") || (place.auth === "none" && place.path === "/metrics");
      expect([place.method, place.path, isWell || isHopeless]).toEqual([place.method, place.path, true]);
    }
  });

  it("answered nothing of all this that the reference does not have, and nobody with a secret", () => {
    expect([...undocumented]).toEqual([]);
    expect([...leaked]).toEqual([]);
  });
});
