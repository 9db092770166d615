// Owns the script `echo`: says back what it was told, unchanged; first its instructions, where a webhook gave some.
import type { Agent } from "../agent.ts";
import { lastMessage, speak } from "./speak.ts";

export const echo: Agent = ({ messages, prompt }, run) =>
  speak(prompt === null ? lastMessage(messages) : `${prompt}\n\n${lastMessage(messages)}`, run);
