// Owns bringing sources and suggestions of a run to its answer, whichever of them comes first.
import { SOURCES_EVENT, SUGGESTIONS_EVENT, readExtras } from "../protocol/rich.ts";
import type { ConversationEvent } from "./reduce.ts";
import type { Transcript } from "./transcript.ts";

const MEMBERS: Readonly<Record<string, string>> = {
  [SOURCES_EVENT]: "sources",
  [SUGGESTIONS_EVENT]: "suggestions",
};

interface Waiting {
  runId: string;
  extras: ReturnType<typeof readExtras>;
}

/** Returns what sees every event after the conversation has changed by it. */
export function createExtras(transcript: Transcript): (event: ConversationEvent) => void {
  let waiting: Waiting | null = null;
  const read = ({ runId, extras }: Waiting, name: string, value: unknown): Waiting => {
    const member = MEMBERS[name];
    return member === undefined
      ? { runId, extras }
      : { runId, extras: { ...extras, ...readExtras({ [member]: value }) } };
  };
  return (event) => {
    if (event.kind !== "agui") return;
    const { runId } = event.run;
    const known: Waiting = waiting?.runId === runId ? waiting : { runId, extras: {} };
    const { extras } =
      event.event.type === "CUSTOM" ? read(known, event.event.name, event.event.value) : known;
    if (Object.keys(extras).length === 0) return;
    waiting = { runId, extras };
    const { messages } = transcript;
    const index = messages.findLastIndex((message) => message.kind === "agent" && message.runId === runId);
    const answer = messages[index];
    if (answer === undefined) return;
    waiting = null;
    transcript.reshape(() => messages.with(index, { ...answer, ...extras }));
  };
}
