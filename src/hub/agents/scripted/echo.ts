// Owns the script `echo`: says back what it was told, unchanged; first its instructions, where a webhook gave some.
import { lastMessage, speak } from "./speak.ts";
import type { Script } from "./speak.ts";

export const echo: Script = ({ messages, prompt }, run) =>
  speak(prompt === null ? lastMessage(messages) : `${prompt}\n\n${lastMessage(messages)}`, run);
