// Owns what happens to the messages when one takes the place of another: the old one and all that followed it are put
// aside, and come back when the hub did not take the new one. Pure.
import type { MessageBranch } from "../protocol/rich.ts";
import type { AgentMessage, Message } from "./conversation.ts";
import { isSettled } from "./stored.ts";

export interface Aside {
  /** The message that takes the place: an edited one, or the answer itself that is given once more. */
  id: string;
  /** The message above the place; null: there is none. */
  anchor: string | null;
  messages: readonly Message[];
}

/** An answer that is given once more. */
export interface Again {
  id: string;
  retryId: string | undefined;
  /** All answers so far. */
  ids: readonly string[];
}

const besides = (ids: readonly string[], id: string): MessageBranch => ({
  index: ids.length,
  count: ids.length + 1,
  ids: [...ids, id],
});

export const placeOf = ({ branch, id }: Message): readonly string[] => branch?.ids ?? [id];

/** Null when the message takes no place, or what it replaces is not shown. What still waits stays. */
export function fork(
  messages: readonly Message[],
  id: string,
): { messages: readonly Message[]; aside: Aside } | null {
  const own = messages.find((message) => message.id === id);
  const oldId = own?.kind === "visitor" ? own.editOf : own?.id;
  const at = messages.findIndex((message) => message.id === oldId);
  const old = messages[at];
  if (own === undefined || old === undefined) return null;
  const isEdit = own.kind === "visitor";
  // What the hub never took is no branch: the edited message simply stands for it.
  const isBranch = isSettled(old);
  const shown = isBranch ? { ...own, branch: besides(placeOf(old), id) } : own;
  // What stands below an edited message is said on its branch already.
  const end = isEdit ? messages.indexOf(own) : messages.length;
  const others = messages.slice(at + 1, end);
  const gone = others.filter(isSettled);
  return {
    messages: [
      ...messages.slice(0, at),
      ...(isEdit ? [shown] : []),
      ...others.filter((message) => !isSettled(message)),
      ...messages.slice(end + 1),
    ],
    aside: { id, anchor: messages[at - 1]?.id ?? null, messages: isBranch ? [old, ...gone] : gone },
  };
}

/** Puts back what was put aside, above what was to take its place. */
export function join(messages: readonly Message[], { anchor, messages: aside }: Aside): readonly Message[] {
  const shown = new Set(messages.map(({ id }) => id));
  const at = messages.findIndex(({ id }) => id === anchor) + 1;
  return messages.toSpliced(at, 0, ...aside.filter(({ id }) => !shown.has(id)));
}

/** The new answer stands where the old ones did; null: the last message is not it, or is known to be it already. */
export function placeAgain(
  messages: readonly Message[],
  { id, retryId, ids }: Again,
): readonly Message[] | null {
  const last = messages.at(-1);
  if (last?.kind !== "agent" || last.branch !== undefined || ids.includes(last.id)) return null;
  if (last.retryId === undefined || (last.retryId !== id && last.retryId !== retryId)) return null;
  const { retryId: _, ...rest } = last;
  const placed: AgentMessage = {
    ...rest,
    ...(retryId === undefined ? {} : { retryId }),
    branch: besides(ids, last.id),
  };
  return messages.with(messages.length - 1, placed);
}
