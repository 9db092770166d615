// Owns the script `slow`: more than 20 s for one sentence, one pause long enough for a heartbeat.
import { speak } from "./speak.ts";
import type { Pace, Script } from "./speak.ts";

const TEXT =
  "I am taking my time with this answer, so that there is something to wait for: you can stop me, close the panel or reload the page.";

const SLOWLY: Pace = {
  pauseMs: (index) => (index === 8 ? 12_000 : 600),
  pieces: (text) => text.match(/\S+\s*/g) ?? [],
};

export const slow: Script = (_input, run) => speak(TEXT, run, SLOWLY);
