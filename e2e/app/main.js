// A single-page app as its developer would write it.
import { createWidget, mount } from "foyer-widget";

const widget = createWidget(window.options);
let unmount = mount(widget);
window.remount = () => {
  unmount();
  unmount = mount(widget);
};
window.end = () => {
  unmount();
  widget.dispose();
};
