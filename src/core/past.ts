// Owns the part for what was said before: pages of the history, edits, further answers, branches, ratings, what
// comes beside an answer's text, and the list of conversations. A chunk of its own; who is new here has no past.
import type { StoredMessage } from "../protocol/chat.ts";
import { Branches } from "./branches.ts";
import { createExtras } from "./extras.ts";
import { Pages } from "./pages.ts";
import type { PastDeps } from "./past-on-demand.ts";
import { createRatings, type Ratings } from "./ratings.ts";
import type { ConversationEvent } from "./reduce.ts";
import { mergeNewest, mergeOlder } from "./stored.ts";

export { createThreads } from "./threads.ts";

export interface Past {
  pages: Pages;
  branches: Branches;
  ratings: Ratings;
  /** Sees every event after the conversation has changed by it. */
  follow(event: ConversationEvent): void;
}

/** An answer that is still being written is followed from here on. */
function followRunning({ turn, follow }: PastDeps, messages: readonly StoredMessage[]): void {
  const running = messages.findLast(({ state, run_id }) => state === "running" && run_id !== null);
  const question = messages.findLast(({ role }) => role === "user");
  if (turn.peek().kind === "idle" && running?.run_id) follow(running.run_id, question?.id ?? "");
}

export function createPast(deps: PastDeps): Past {
  const { transcript } = deps;
  const pages = new Pages({
    ...deps,
    onLoaded(messages) {
      transcript.reshape((shown) => mergeNewest(shown, messages));
      branches.loaded(messages);
      followRunning(deps, messages);
    },
    onOlder: (messages) => transcript.reshape((shown) => mergeOlder(shown, messages)),
  });
  const branches = new Branches({ ...deps, load: (id) => pages.showBranch(id) });
  branches.catchUp();
  const addExtras = createExtras(transcript);
  return {
    pages,
    branches,
    ratings: createRatings(deps),
    follow(event) {
      branches.follow(event);
      addExtras(event);
    },
  };
}
