// Owns the boot of the script tag: finds the tag, creates the instance, and holds the page's one global, `Foyer`.
import { createInstance, type FoyerApi, type QueuedCall } from "./instance.ts";
import { report } from "./report.ts";
import { findTag } from "./tag.ts";

declare global {
  interface Window {
    Foyer?: FoyerApi | QueuedCall[];
  }
}

function boot(current: unknown): void {
  const tag = findTag(current);
  if (typeof tag === "string") return report(tag);
  const key = tag.options.clientKey;
  const before = window.Foyer;
  const instances = before && "instances" in before ? before.instances : {};
  if (instances[key]) return report("already_running");

  const api = createInstance(tag, instances, () => {
    delete instances[key];
    const next = Object.values(instances)[0];
    if (next) window.Foyer = next;
    else if (Array.isArray(before)) window.Foyer = before;
    else delete window.Foyer;
  });
  instances[key] = api;
  if (before === undefined || Array.isArray(before)) window.Foyer = api;
  if (Array.isArray(before)) api.push(...before.splice(0));
}

boot(document.currentScript);
