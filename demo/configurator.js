// Owns the configurator: a form, the real widget that follows it, and what to copy. Changes no setting of the hub: on
// this page alone the hub's config is answered with the look of the form.

const HUB = document.currentScript?.dataset.hub;
const KEY = "pk_live_demo_foyerdemositewidgetkey0001";
const DEFAULTS = {
  primary_color: "#3b5bdb",
  color_scheme: "auto",
  mode: "floating",
  density: "comfortable",
  font: "",
  radius: 20,
  launcher_position: "br",
  launcher_size: 56,
  launcher_label: "",
  teaser: "",
  teaser_delay: 5,
  sound: false,
  announce: "answer",
};
/** Said by the tag of a page, not for all pages. */
const OF_THE_TAG = new Set(["announce"]);
const NUMBERS = new Set(["radius", "launcher_size", "teaser_delay"]);
const SWITCHES = new Set(["sound"]);
const QUIET_MS = 120;

const form = document.querySelector("form");
const frame = document.querySelector("#chat");

/** The look that the form says, by the names of the settings. */
function lookOf() {
  return Object.fromEntries(
    [...new FormData(form)].map(([name, value]) => [
      name,
      NUMBERS.has(name) ? Number(value) : SWITCHES.has(name) ? value === "true" : value,
    ]),
  );
}

/** What the tag says beside key and agent, by the names in `dataset`. */
function attributesOf({ mode, announce }) {
  return {
    ...(mode === "inline" ? { mode, target: "#chat" } : {}),
    ...(announce === DEFAULTS.announce ? {} : { announce }),
  };
}

function tagOf(look) {
  const more = Object.entries(attributesOf(look)).map(([name, value]) => ` data-${name}="${value}"`);
  return `<script src="${HUB}/foyer.js" data-client-key="${KEY}" data-agent="support"${more.join("")} async></script>`;
}

/** What differs from the defaults, as a command. `inline` is said by the tag of a page, not for all pages. */
function commandOf(look) {
  const members = Object.entries(look).filter(
    ([name, value]) => value !== DEFAULTS[name] && value !== "inline" && !OF_THE_TAG.has(name),
  );
  const body = JSON.stringify(Object.fromEntries(members), null, 2).replaceAll("'", "'\\''");
  return `curl -X PATCH ${HUB}/api/v1/widget-settings \\
  -H "Authorization: Bearer $FOYER_SECRET_KEY" -H "Content-Type: application/json" \\
  -d '${body}'`;
}

const { fetch: ask } = window;
window.fetch = async (...args) => {
  const answer = await ask(...args);
  if (!String(args[0]).includes("/widget/config") || !answer.ok) return answer;
  const config = await answer.json();
  const { mode, announce: _, ...look } = lookOf();
  const branding = { ...config.branding, ...look, ...(mode === "inline" ? {} : { mode }) };
  return Response.json({ ...config, branding });
};

/** Seen while the chat is closed. */
const OF_THE_TEASER = new Set(["teaser", "teaser_delay"]);
/** An open panel shows nothing of these, and hides nothing of them. */
const BESIDE_THE_PANEL = new Set([
  "launcher_position",
  "launcher_label",
  "launcher_size",
  "sound",
  "announce",
]);
/** From here on there is room for the panel beside the form. */
const WIDE = matchMedia("(min-width: 1100px)");

let stopHolding = () => {};

/** Opens the chat, which takes the focus as it opens: until that is over it cannot have it. */
function openBesideForm() {
  stopHolding();
  const setInert = (isInert) => {
    const host = document.querySelector("foyer-chat");
    if (host !== null) host.inert = isInert;
  };
  const observer = new MutationObserver(() => setInert(true));
  observer.observe(document, { childList: true, subtree: true });
  stopHolding = () => observer.disconnect();
  const release = () => {
    stopHolding();
    setInert(false);
  };
  const onOpen = () => requestAnimationFrame(() => requestAnimationFrame(release));
  (window.Foyer ||= []).push((foyer) => foyer.on("open", onOpen), ["open"]);
}

/** Whether the chat is to be open after a change: where that can be seen, and the panel has room beside the form. */
function isToBeOpen(changed) {
  if (changed === undefined || OF_THE_TEASER.has(changed)) return false;
  const isOpen = Boolean(document.querySelector("foyer-chat")?.shadowRoot?.querySelector("[part=panel]"));
  return isOpen || (WIDE.matches && !BESIDE_THE_PANEL.has(changed));
}

/**
 * Takes the widget down and starts it again as the tag would.
 * @param changed name of what was changed, if anything was
 */
function restart(look, changed) {
  const isOpen = isToBeOpen(changed);
  window.Foyer?.destroy?.();
  frame.hidden = look.mode !== "inline";
  const script = document.createElement("script");
  script.src = `${HUB}/foyer.js`;
  Object.assign(script.dataset, { clientKey: KEY, agent: "support", ...attributesOf(look) });
  // As the page's own, or it would be shown only to who arrives.
  if (look.teaser) script.dataset.teaser = look.teaser;
  if (isOpen && look.mode !== "inline") openBesideForm();
  document.head.append(script);
  script.remove();
}

/** What the controls are set to, beside their names. */
function showValues() {
  for (const output of form.querySelectorAll("output")) {
    const { value } = output.closest("label").querySelector("input");
    output.value = [value, output.dataset.unit].filter(Boolean).join(" ");
  }
}

function show(changed) {
  const look = lookOf();
  document.querySelector("#tag").textContent = tagOf(look);
  document.querySelector("#settings").textContent = commandOf(look);
  restart(look, changed);
}

let timer = 0;
form.addEventListener("input", ({ target }) => {
  showValues();
  clearTimeout(timer);
  timer = setTimeout(() => show(target.name), QUIET_MS);
});
form.addEventListener("submit", (event) => event.preventDefault());
document.addEventListener("click", async ({ target }) => {
  const button = target instanceof Element ? target.closest("[data-copy]") : null;
  if (button === null) return;
  const said = button.parentElement.querySelector("[role=status]");
  try {
    await navigator.clipboard.writeText(document.querySelector(`#${button.dataset.copy}`).textContent);
    said.textContent = "Copied.";
  } catch {
    said.textContent = "The browser does not allow copying here: select the text.";
  }
});
showValues();
show();
