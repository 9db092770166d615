// Owns the script `fail`: begins an answer and breaks.
import { AgentFailure } from "../agent.ts";
import { speak } from "./speak.ts";
import type { Script } from "./speak.ts";

export const fail: Script = async function* fail(_input, run) {
  yield* speak("Let me see. I will look that up and ", run);
  if (!run.signal.aborted) throw new AgentFailure("The agent had a problem and stopped in the middle");
};
