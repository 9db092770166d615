// Owns the sentences of the page of conversations.

export const THREAD_TEXTS = Object.freeze({
  threads_title: "Conversations",
  threads_back: "Back to the chat",
  threads_new: "New conversation",
  threads_loading: "Loading your conversations",
  threads_failed: "Your conversations could not be loaded.",
  threads_retry: "Try again",
  threads_none: "No conversations yet",
  threads_none_hint: "What you ask here can be found again on this page.",
  threads_more: "Show older ones",
  threads_more_failed: "That did not work. Try again",
  thread_untitled: "Untitled",
  thread_shown: "Open now",
  thread_rename: "Rename {title}",
  thread_delete: "Delete {title}",
  thread_title: "Title",
  thread_save: "Save",
  thread_cancel: "Cancel",
  thread_delete_sure: "Delete this conversation for good?",
  thread_delete_yes: "Delete",
  thread_failed: "That did not work. Please try again.",
  thread_wait: "A message is still being sent. Wait for it, or take it back.",
});

export type ThreadTextName = keyof typeof THREAD_TEXTS;
