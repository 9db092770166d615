// Owns every sentence a visitor can read, and how a site owner replaces one. Knows no markup and no state.
import type { FoyerProblem } from "../core/problem.ts";

const DEFAULT_TEXTS = {
  close: "Close chat",
  more: "More",
  status_ready: "Answers instantly",
  status_connecting: "Connecting…",
  status_answering: "Answering…",
  status_offline: "Offline",
  status_reconnecting: "Reconnecting…",
  status_ended: "Not connected",

  greeting: "Hi, I’m {name}. How can I help you today?",
  transcript_label: "Conversation",
  visitor_said: "You said, {time}",
  agent_said: "{name} said, {time}",
  thinking: "{name} is thinking",
  new_messages: "New messages",
  newest_messages: "Newest messages",
  history_loading: "Loading the conversation",
  history_failed: "Earlier messages could not be loaded.",

  retry: "Retry",
  continue: "Continue",
  edit: "Edit",
  remove: "Remove",
  stopped: "Stopped",
  waiting: "Sent as soon as you are online",
  queued: "Not sent yet",
  busy_wait: "A lot is going on. Your message goes out in about {count} s.",
  answer_failed: "That answer did not work out.",
  answer_cut: "The answer was cut off.",

  input_label: "Your message",
  placeholder: "Ask anything…",
  send: "Send",
  send_empty: "Write a message first",
  stop: "Stop answering",
  too_long: "{count} characters too many",
  characters_left: "{count} characters left",

  offline_title: "You are offline.",
  offline_hint: "You can keep typing; nothing is lost.",

  problem_default: "Something went wrong. Please try again.",
  problem_offline: "You are offline. Send again once you are connected.",
  problem_stopped: "You stopped this message.",
  problem_unreachable: "The chat cannot be reached. Try again later.",
  problem_busy: "That was a lot at once. Please try again later.",
  problem_too_long: "This message is too long. Please shorten it.",
  problem_sign_in: "Please sign in on this site to chat.",
  problem_session_ended: "This chat has ended. Reload the page to start again.",
  problem_unavailable: "The assistant is not available. Please try again later.",
  problem_closed: "Chat is not available on this page.",
  problem_view: "The chat could not be shown. Reload the page to try again.",
};

export type TextName = keyof typeof DEFAULT_TEXTS;
/** Looks up a text by name and fills its `{placeholders}`. */
export type Texts = TextsOf<TextName>;
export type TextsOf<Name extends string> = (
  name: Name,
  values?: Readonly<Record<string, string | number>>,
) => string;

/** The codes that a sentence is for, each between spaces. */
const PROBLEM_CODES: readonly (readonly [TextName, string])[] = [
  ["problem_offline", " offline "],
  ["problem_unreachable", " hub_unreachable timeout "],
  ["problem_stopped", " send_stopped "],
  ["problem_busy", " rate_limited too_many_runs "],
  ["problem_too_long", " message_too_long payload_too_large "],
  ["problem_sign_in", " guest_not_allowed invalid_user_token token_replayed user_token_unavailable "],
  ["problem_session_ended", " invalid_session invalid_refresh_token session_revoked refresh_loop "],
  ["problem_unavailable", " agent_disabled agent_unavailable "],
  [
    "problem_closed",
    " agent_not_found unknown_client_key key_revoked key_has_no_domains origin_not_allowed user_not_allowed ",
  ],
  ["answer_failed", " agent_failed "],
  ["answer_cut", " answer_cut "],
];

/**
 * Builds the lookup for one widget.
 * @param overrides texts of the site owner by name; unknown names and empty texts are ignored
 */
export const textsFor = (overrides: Readonly<Record<string, string>>): Texts =>
  textsFrom(DEFAULT_TEXTS, overrides);

/** The same for texts that a part of its own brings along. */
export function textsFrom<Name extends string>(
  defaults: Readonly<Record<Name, string>>,
  overrides: Readonly<Record<string, string>>,
): TextsOf<Name> {
  return (name, values = {}) =>
    (overrides[name] || defaults[name]).replace(/\{(\w+)\}/g, (whole, key: string) =>
      Object.hasOwn(values, key) ? String(values[key]) : whole,
    );
}

/** The sentence for a problem: by its code, else a general one. Never shows `detail`, which is for developers. */
export function problemText(texts: Texts, problem: FoyerProblem | undefined): string {
  const known = PROBLEM_CODES.find(([, codes]) => codes.includes(` ${problem?.code} `));
  return texts(known?.[0] ?? "problem_default");
}
