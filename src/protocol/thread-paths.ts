// Owns the paths of what was said before, which only a visitor with a past asks for.
import { API, WIDGET_PATHS } from "./paths.ts";

export const threadPath = (threadId: string): string =>
  `${WIDGET_PATHS.threads}/${encodeURIComponent(threadId)}`;
export const threadMessagesPath = (threadId: string): string => `${threadPath(threadId)}/messages`;

/** Below this: `/{id}/feedback`. */
export const MESSAGES_PATH = `${API}/widget/messages`;
export const messageFeedbackPath = (messageId: string): string =>
  `${MESSAGES_PATH}/${encodeURIComponent(messageId)}/feedback`;
