// Owns the steps of the torture page: breaks one thing at a time and notes what the widget, the window and the hub say.

const QUESTION = "How do I add the widget, and what does it cost per month?";
const POLL_MS = 700;

const faults = async (path = "", method = "GET", body = undefined) => {
  const response = await fetch(`/_faults${path}`, {
    method,
    ...(body && { headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) }),
  });
  if (!response.ok) throw new Error(`/_faults answered ${response.status}`);
  return response.json();
};
const scenario = (id) => faults(`/scenarios/${id}`, "POST");
const once = (route, fault) => faults("", "PUT", { rules: [{ route, fault, times: 1 }] });
const foyer = (use) => (window.Foyer ||= []).push(use);
const ask = (text) => foyer((api) => api.send(text));

/** `run` is what the button does; without it there are only the words of `how`. */
const STEPS = [
  {
    id: "offline",
    title: "Offline",
    how: "The hub stops answering, and a message is sent. Press All well again, then Retry in the chat.",
    expect:
      "After three tries the message stays in the chat with Retry, and arrives once with it. Nothing is lost. (A browser " +
      "that knows it is offline keeps the message and sends it by itself.)",
    run: async () => {
      await scenario("offline-hub");
      ask("Are you there?");
    },
  },
  {
    id: "sleep",
    title: "Sleep",
    how:
      "The hub forgets all session tokens, as after a long sleep, and a message is sent. For the real thing close the " +
      "lid for six minutes, then write.",
    expect: "One refresh, then the answer: a refused request at most, no new guest, no message twice.",
    run: async () => {
      await scenario("token-expiry");
      ask("Good morning");
    },
  },
  {
    id: "bfcache",
    title: "Back and forward",
    how: "Leaves this page and comes back by itself.",
    expect: "The page comes back from the cache with the chat as it was, and the next message works.",
    run: async () => location.assign("/away"),
  },
  {
    id: "freeze",
    title: "Freeze",
    how:
      "A page cannot freeze itself. In Chrome open chrome://discards, press Freeze beside this tab, wait a minute, come " +
      "back and write.",
    expect: "freeze and resume are noted; the conversation goes on as the same visitor.",
  },
  {
    id: "two-tabs",
    title: "Two tabs",
    how: "Opens this page once more. Write in one tab and look at the other.",
    expect:
      "Both are the same visitor; when the session ends, one of them refreshes and the other takes the result.",
    run: async () => window.open("/torture"),
  },
  {
    id: "revoke",
    title: "Key revoked",
    how: "The key is revoked, and a message is sent.",
    expect: "The chat says that it is not available and stops asking. What was said stays readable.",
    run: async () => {
      await scenario("key-revoked");
      ask("Hello?");
    },
  },
  {
    id: "slow",
    title: "Slow network",
    how: "Every answer waits and trickles in, and a message is sent.",
    expect: "The answer comes whole, later; nothing is given up or asked twice.",
    run: async () => {
      await scenario("slow-3g");
      ask(QUESTION);
    },
  },
  {
    id: "cut",
    title: "Stream cut",
    how: "The next answer breaks off after 900 bytes.",
    expect: "The text stays, goes on where it was and ends whole: no word is missing or there twice.",
    run: async () => {
      await once("connect", { kind: "cut", after_bytes: 900 });
      ask(QUESTION);
    },
  },
  {
    id: "429",
    title: "Too many requests",
    how: "The next message is refused with 429 and Retry-After of 3 seconds.",
    expect: "It is sent again after 3 seconds or more, by itself, and answered once.",
    run: async () => {
      await once("connect", { kind: "status", status: 429, retry_after_s: 3 });
      ask("Hello again");
    },
  },
  {
    id: "storage",
    title: "Storage blocked",
    how: "Loads this page with localStorage and sessionStorage that throw. Write, then reload.",
    expect: "The chat works; after the reload it is a new guest's, without an error.",
    run: async () => location.assign("/torture?blocked#storage"),
  },
];

const element = (name, properties = {}, ...children) => {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children);
  return made;
};
const byId = (id) => document.getElementById(id);

/** The step that what happens now belongs to. Coming back to the page comes back to its step. */
let active = location.hash.slice(1) || history.state?.step || "";

function note(text) {
  const seen = byId(`seen-${active}`);
  if (seen === null) return;
  const time = new Date().toTimeString().slice(0, 8);
  seen.append(`${time} ${text}\n`);
  seen.scrollTop = seen.scrollHeight;
}

async function start(step) {
  active = step.id;
  history.replaceState({ step: step.id }, "");
  byId(`seen-${step.id}`).textContent = "";
  try {
    await step.run();
    note("done: now watch");
  } catch (failure) {
    note(failure.message);
  }
  await showState();
}

const count = (number, name) => `${number} ${name}${number === 1 ? "" : "s"}`;

async function showState() {
  const { rules, keys } = await faults();
  const dead = keys.filter((key) => !key.is_live).length;
  byId("state").textContent =
    rules.length + dead === 0
      ? "No faults"
      : `${count(rules.length, "rule")} on, ${count(dead, "key")} revoked`;
}

for (const step of STEPS) {
  const { id, title, how, expect, run } = step;
  const button = element("button", {}, "Do it");
  button.setAttribute("aria-label", `${title}: do it`);
  button.addEventListener("click", () => void start(step));
  const seen = element("pre", { id: `seen-${id}`, className: "seen", tabIndex: 0 });
  seen.setAttribute("aria-label", `${title}: observed`);
  byId("steps").append(
    element(
      "li",
      { id },
      element("div", {}, element("h2", {}, title), element("p", {}, how), ...(run ? [button] : [])),
      element("div", {}, element("p", {}, element("strong", {}, "Expected. "), expect), seen),
    ),
  );
}

foyer((api) => {
  for (const name of ["open", "close"]) api.on(name, () => note(`widget: ${name}`));
  api.on("message", ({ role, text }) => note(`widget: message of ${role}, ${text.length} characters`));
  api.on("problem", ({ code }) => note(`widget: problem ${code}`));
});
for (const name of ["online", "offline"]) addEventListener(name, () => note(`window: ${name}`));
document.addEventListener("freeze", () => {
  active = "freeze";
  note("page: freeze");
});
document.addEventListener("resume", () => note("page: resume"));
addEventListener("pageshow", ({ persisted }) => {
  if (active === "bfcache") note(persisted ? "window: back from the cache" : "window: loaded anew");
});
document.addEventListener("visibilitychange", () => note(`page: ${document.visibilityState}`));

let lastId = 0;
async function poll(isFirst) {
  const entries = await faults(`/log?after=${lastId}`).catch(() => []);
  for (const { id, type, route, status, faults: hits, session } of entries) {
    lastId = id;
    if (isFirst || type !== "request" || route === "file") continue;
    const words = [
      route,
      status ?? "no answer",
      ...hits,
      ...(session === null ? [] : [`session ${session}`]),
    ];
    note(`hub: ${words.join(", ")}`);
  }
  setTimeout(() => void poll(false), POLL_MS);
}

byId("mend").addEventListener("click", async () => {
  await faults("", "DELETE");
  note("all well again");
  await showState();
});
if (active === "storage") note("page: loaded with blocked storage");
void showState();
void poll(true);
