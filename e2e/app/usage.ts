// How an app developer's types meet the package; compiled by a test, never run.
import { createWidget, type FoyerProblem, mount, type Widget, type WidgetOptions } from "foyer-widget";

const options: WidgetOptions = {
  clientKey: "pk_live_...",
  apiUrl: "https://hub.example",
  storage: "session",
};
const widget: Widget = createWidget(options);
const unsubscribe: () => void = widget.on("message", ({ role, text }) => `${role}: ${text.length}`);
widget.on("problem", (problem: FoyerProblem) => problem.code);
const unmount: () => void = mount(widget);
unmount();
unsubscribe();

// @ts-expect-error there is no such event
widget.on("nope", () => {});
// @ts-expect-error the key is required
createWidget({ apiUrl: "https://hub.example" });
// @ts-expect-error signals are read only
widget.isOpen.value = true;
