// Owns what the visitor thinks of answers: shown at once, sent in order, taken back when the hub does not store it.
import type { AgentMessage } from "./conversation.ts";
import type { PastDeps } from "./past-on-demand.ts";
import { messageFeedbackPath } from "../protocol/thread-paths.ts";

export interface Ratings {
  /** @param comment is kept with the rating; what was said before is replaced. */
  rate(id: string, rating: 1 | -1 | null, comment?: string): void;
}

type Rating = Pick<AgentMessage, "rating" | "comment">;

export function createRatings({ env, transport, transcript, ending, tried }: PastDeps): Ratings {
  let last: Promise<void> = Promise.resolve();

  const find = (id: string): AgentMessage | undefined => {
    const found = transcript.messages.find((message) => message.id === id);
    return found?.kind === "agent" ? found : undefined;
  };
  const show = (id: string, next: Rating): void =>
    transcript.reshape((messages) =>
      messages.map((message) => {
        if (message.id !== id || message.kind !== "agent") return message;
        const { rating: _, comment: __, notice: ___, ...rest } = message;
        return { ...rest, ...next };
      }),
    );
  return {
    rate(id, rating, comment = "") {
      const before = find(id);
      if (before === undefined || before.state === "streaming") return;
      const next: Rating = rating === null ? {} : { rating, ...(comment === "" ? {} : { comment }) };
      show(id, next);
      const send = async (): Promise<void> => {
        const body = { rating, ...(comment === "" ? {} : { comment }) };
        const request = { method: "POST", path: messageFeedbackPath(id), body, signal: ending } as const;
        const outcome = await tried(env, ending, () => transport.call(request, () => true));
        if (outcome.kind === "ok" || ending.aborted) return;
        const now = find(id);
        // The visitor has said something else since: that one decides.
        if (now?.rating !== next.rating || now?.comment !== next.comment) return;
        const { rating: oldRating, comment: oldComment } = before;
        show(id, {
          ...(oldRating === undefined ? {} : { rating: oldRating }),
          ...(oldComment === undefined ? {} : { comment: oldComment }),
        });
        transcript.notice(id, outcome.problem);
      };
      last = last.then(send);
    },
  };
}
