// Owns the lines of the log on the console page.
import { element } from "./dom.js";

const toneOf = (status) => {
  if (status === null || status >= 500) return "bad";
  return status >= 400 || status === 302 ? "warn" : "good";
};

/** A line for a request, or for something that was done here. `titles` has the names of actions. */
export function logRow(entry, titles) {
  const time = entry.at.slice(11, 23);
  if (entry.type === "action") {
    const words = element("td", { colSpan: 6 }, `${titles[entry.action] ?? entry.action}: ${entry.detail}`);
    return element("tr", { dataset: { disturbed: "" } }, element("td", {}, time), words);
  }
  const { method, route, path, status, faults, session, ms, request_id: requestId } = entry;
  const row = element(
    "tr",
    { title: `${method} ${path}` },
    element("td", {}, time),
    element("td", {}, route === "file" ? path.slice(1) : route),
    element("td", { className: toneOf(status) }, status === null ? "no answer" : String(status)),
    element("td", { className: "warn" }, faults.join(", ")),
    element("td", {}, session ?? ""),
    element("td", { className: "number" }, String(ms)),
    element("td", {}, requestId ?? ""),
  );
  row.toggleAttribute("data-disturbed", faults.length > 0);
  return row;
}
