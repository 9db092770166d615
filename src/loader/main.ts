// Owns the boot of the script tag: finds the tag, creates the instance, and holds the page's one global, `Foyer`.
import { createInstance, type FoyerApi, type QueuedCall } from "./instance.ts";
import { report } from "./report.ts";
import { findTag } from "./tag.ts";

declare global {
  interface Window {
    Foyer?: FoyerApi | QueuedCall[] | undefined;
  }
}

function boot(current: unknown): void {
  const tag = findTag(current);
  if (typeof tag === "string") return report(tag);
  const key = tag.clientKey;
  const before = window.Foyer;
  const queue = Array.isArray(before) ? before : undefined;
  const instances = (before as FoyerApi | undefined)?.instances ?? {};
  if (instances[key]) return report("already_running");

  /** The first widget of the page is the global; without any, the page's own queue is. */
  const show = () => (window.Foyer = Object.values(instances)[0] ?? queue);
  instances[key] = createInstance(tag, instances, () => {
    delete instances[key];
    if (!show()) delete window.Foyer;
  });
  show();
  if (queue) instances[key].push(...queue.splice(0));
}

boot(document.currentScript);
