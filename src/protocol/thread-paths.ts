// Owns the paths of what was said before, which only a visitor with a past asks for.

// Spelled here too: with the other paths this part would need one more file of two words.
const WIDGET = "/api/v1/widget";

export const THREADS_PATH = `${WIDGET}/threads`;
export const threadPath = (threadId: string): string => `${THREADS_PATH}/${encodeURIComponent(threadId)}`;
export const threadMessagesPath = (threadId: string): string => `${threadPath(threadId)}/messages`;

/** Below this: `/{id}/feedback`. */
export const MESSAGES_PATH = `${WIDGET}/messages`;
export const messageFeedbackPath = (messageId: string): string =>
  `${MESSAGES_PATH}/${encodeURIComponent(messageId)}/feedback`;
