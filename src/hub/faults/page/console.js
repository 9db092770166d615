// Owns the console page in the browser: shows what the hub says, sends what is switched. Keeps no truth of its own but
// the rules while they are being edited.
import { byId as $, choice, element, number } from "./dom.js";
import { logRow } from "./log.js";

const API = "/_faults";
const LOG_ROWS = 300;
const RETRY_MS = 1000;
let rules = [];
/** How often the rules were edited here. */
let edits = 0;
let offer = { routes: [], kinds: [], choices: {} };

async function ask(path = "", method = "GET", body = undefined) {
  const response = await fetch(API + path, {
    method,
    headers: { Accept: "application/json", ...(body && { "Content-Type": "application/json" }) },
    ...(body && { body: JSON.stringify(body) }),
  });
  const answer = await response.json();
  if (!response.ok) throw new Error(`${answer.title}: ${answer.detail}`);
  return answer;
}

function say(text, state = "") {
  if ($("now").textContent !== text) $("now").textContent = text;
  $("now").dataset.state = state;
}

/** Does something with the hub and shows what came of it; a refusal stays on the page until the next success. */
async function perform(work, isRedrawn = true) {
  const before = edits;
  try {
    const state = await work();
    // An answer that was asked for before the last edit knows nothing of it.
    show(state, isRedrawn && before === edits);
  } catch (failure) {
    say(failure.message, "problem");
  }
}

const withoutHits = (list) => JSON.stringify(list.map(({ hits: _hits, ...rule }) => rule));
const put = () =>
  perform(() => {
    const seed = $("seed").valueAsNumber;
    return ask("", "PUT", { seed: Number.isNaN(seed) ? 1 : seed, rules: JSON.parse(withoutHits(rules)) });
  }, false);

let isSaving = false;
let isChanged = false;
/** One after the other, so that what was switched last is what holds. */
async function save() {
  edits += 1;
  isChanged = true;
  if (isSaving) return;
  isSaving = true;
  while (isChanged) {
    isChanged = false;
    await put();
  }
  isSaving = false;
}

const LABELS = { ms: "ms", jitter_ms: "up to ms more", every_ms: "every ms", after_bytes: "after bytes" };

function parametersOf(rule) {
  return Object.entries(rule.fault)
    .filter(([member]) => member !== "kind")
    .map(([member, value]) => {
      const options = offer.choices[`${rule.fault.kind}.${member}`];
      const label = LABELS[member] ?? member.replaceAll("_", " ");
      const change = (next) => {
        if (next === undefined) return;
        rule.fault = { ...rule.fault, [member]: next };
        void save();
      };
      return options
        ? element("label", {}, label, choice(label, value, options, change))
        : number(label, value, {}, change);
    });
}

function rowOf(rule) {
  const row = element("li");
  row.toggleAttribute("data-off", !rule.enabled);
  const isOn = element("input", { type: "checkbox", checked: rule.enabled, ariaLabel: "On" });
  isOn.addEventListener("change", () => {
    rule.enabled = isOn.checked;
    row.toggleAttribute("data-off", !rule.enabled);
    void save();
  });
  const route = choice("Route", rule.route, ["*", ...offer.routes], (next) => {
    rule.route = next;
    void save();
  });
  const percent = number("%", rule.percent, { max: 100, step: "any" }, (next) => {
    rule.percent = next ?? 100;
    void save();
  });
  const parameters = element("span", { className: "parameters" }, ...parametersOf(rule));
  const kinds = offer.kinds.map(({ kind }) => kind);
  const fault = choice("Fault", rule.fault.kind, kinds, (kind) => {
    rule.fault = { ...offer.kinds.find((candidate) => candidate.kind === kind) };
    parameters.replaceChildren(...parametersOf(rule));
    void save();
  });
  const times = number("times", rule.times, { min: 1, placeholder: "always" }, (next) => {
    if (next === undefined) delete rule.times;
    else rule.times = next;
    void save();
  });
  const remove = element("button", { ariaLabel: "Remove this rule" }, "Remove");
  remove.addEventListener("click", () => {
    rules = rules.filter((other) => other !== rule);
    drawRules();
    $("add").focus();
    void save();
  });
  const hits = element("span", { className: "hits" }, `${rule.hits ?? 0} hits`);
  const end = element("span", { className: "end" }, hits, remove);
  row.append(isOn, route, percent, fault, parameters, times, end);
  return row;
}

function drawRules() {
  $("rules").replaceChildren(...rules.map(rowOf));
  $("no-rules").hidden = rules.length > 0;
}

let drawnKeys = "";
function drawKeys(keys) {
  // A button that is drawn anew between press and release is not clicked.
  const next = JSON.stringify(keys);
  if (next === drawnKeys) return;
  drawnKeys = next;
  $("keys").replaceChildren(
    ...keys.map(({ id, name, last8, is_live: isLive }) => {
      const revoke = element("button", { hidden: !isLive, ariaLabel: `Revoke ${name}` }, "Revoke");
      revoke.addEventListener("click", () =>
        perform(() => ask("/actions/revoke-keys", "POST", { key_id: id })),
      );
      const dot = element("span", { className: "dot" });
      dot.toggleAttribute("data-dead", !isLive);
      const text = element("span", {}, `${name} `, element("code", {}, `...${last8}`));
      return element("li", {}, dot, text, isLive ? revoke : element("span", { className: "bad" }, "revoked"));
    }),
  );
}

function show(state, isRedrawn) {
  offer = state;
  const active = state.rules.filter(({ enabled }) => enabled).length;
  const dead = state.keys.filter(({ is_live: isLive }) => !isLive).length;
  const parts = [
    ...(active > 0 ? [`${active} ${active === 1 ? "rule" : "rules"} on`] : []),
    ...(dead > 0 ? [`${dead} ${dead === 1 ? "key" : "keys"} revoked`] : []),
  ];
  say(parts.join(", ") || "No faults", parts.length > 0 ? "faults" : "");
  drawKeys(state.keys);
  if (isRedrawn && (withoutHits(state.rules) !== withoutHits(rules) || rules.length === 0)) {
    rules = state.rules.map((rule) => structuredClone(rule));
    $("seed").value = state.seed;
    drawRules();
  }
  for (const [index, row] of [...$("rules").children].entries()) {
    if (rules[index] === undefined) continue;
    rules[index].hits = state.rules[index]?.hits ?? 0;
    row.querySelector(".hits").textContent = `${rules[index].hits} hits`;
  }
}

function drawOnce({ scenarios, actions, demo_url: demoUrl }) {
  $("demo").href = demoUrl;
  $("torture").href = `${demoUrl}/torture`;
  $("scenarios").replaceChildren(
    ...scenarios.map(({ id, title, expect }) => {
      const button = element("button", {}, element("strong", {}, title), element("span", {}, expect));
      button.addEventListener("click", () => perform(() => ask(`/scenarios/${id}`, "POST")));
      return button;
    }),
  );
  $("actions").replaceChildren(
    ...Object.entries(actions).map(([id, title]) => {
      const button = element("button", {}, title);
      button.addEventListener("click", () => perform(() => ask(`/actions/${id}`, "POST")));
      return button;
    }),
  );
}

let refreshing = 0;
/** What other people and pages changed; many lines at once are one question. */
function refreshSoon() {
  if (refreshing !== 0) return;
  refreshing = setTimeout(() => {
    refreshing = 0;
    const isEditing = isSaving || $("rules").contains(document.activeElement);
    void perform(() => ask(), !isEditing);
  }, 300);
}

function follow() {
  const source = new EventSource(`${API}/log`);
  source.addEventListener("message", ({ data }) => {
    const entry = JSON.parse(data);
    $("log").prepend(logRow(entry, offer.actions ?? {}));
    while ($("log").children.length > LOG_ROWS) $("log").lastElementChild.remove();
    $("no-log").hidden = true;
    if (entry.type === "action" || entry.faults.length > 0) refreshSoon();
  });
}

$("well").addEventListener("click", () => perform(() => ask("", "DELETE")));
$("seed").addEventListener("change", () => $("seed").checkValidity() && save());
$("add").addEventListener("click", () => {
  const fault = { ...offer.kinds[0] };
  rules.push({ route: "*", percent: 100, enabled: true, fault, hits: 0 });
  drawRules();
  $("rules").lastElementChild.querySelector("select").focus();
  void save();
});
$("clear").addEventListener("click", () => {
  $("log").replaceChildren();
  $("no-log").hidden = false;
});
$("disturbed").addEventListener("change", () => $("log").classList.toggle("only", $("disturbed").checked));

/** Until it is known what there is, nothing can be done here: what was done before would be lost. */
async function begin() {
  const state = await ask();
  drawOnce(state);
  $("seed").value = state.seed;
  $("console").hidden = false;
  return state;
}
while ($("console").hidden) {
  await perform(begin);
  if ($("console").hidden) await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
}
follow();
