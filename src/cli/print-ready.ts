// Owns what `foyer dev` says when it is ready: one line of JSON for programs, a few lines for people.
import { snippet } from "../../demo/snippet.ts";
import type { DevServers } from "./dev.ts";

/** The JSON line, fixed by contract: programs and tests wait for it. */
export function readyLine({ hubUrl, demoUrl, seed }: DevServers): string {
  const { account, secret_key, keys, orgs, agents } = seed;
  return JSON.stringify({ ready: true, hub: hubUrl, demo: demoUrl, account, secret_key, keys, orgs, agents });
}

const row = (label: string, value: string): string => `  ${label.padEnd(17)}${value}`;

export function printReady(
  servers: DevServers,
  { isJson, isQuiet }: { isJson: boolean; isQuiet: boolean },
): void {
  if (isJson) return console.log(readyLine(servers));
  if (isQuiet) return;
  const { hubUrl, demoUrl, seed } = servers;
  const key = seed.keys.find((candidate) => candidate.dialect === "widget-key");
  console.log(
    [
      "",
      row("Demo site", `${demoUrl}   (open this one)`),
      row("Hub", hubUrl),
      row("Agents", seed.agents.map((agent) => agent.slug).join(", ")),
      row("Secret key", `${seed.secret_key}   (for your backend only)`),
      ...seed.keys.map((entry) => row(entry.dialect, entry.public_key)),
      "",
      "  Paste into any page on that origin:",
      `  ${snippet({ hubUrl, clientKey: key?.public_key ?? "" })}`,
      "",
      "  Ctrl+C stops.",
      "",
    ].join("\n"),
  );
}
