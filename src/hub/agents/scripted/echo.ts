// Owns the script `echo`: says back what it was told, unchanged.
import type { Agent } from "../agent.ts";
import { lastMessage, speak } from "./speak.ts";

export const echo: Agent = (input, run) => speak(lastMessage(input.messages), run);
