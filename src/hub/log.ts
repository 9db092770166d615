// Owns what the hub says about itself: structured lines, with every secret taken out before they leave.

export interface HubLogLine {
  level: "info" | "warn" | "error";
  /** Stable name, such as `request` or `secret_key_in_browser`. */
  event: string;
  [member: string]: string | number | boolean | null;
}
export type HubLog = (line: HubLogLine) => void;

/** Where a secret may begin; in an address the character before it may be written as %22. */
const BEGIN = "(?:\\b|_|%[\\da-fA-F]{2})";
const TOKENS = [
  "sk_\\w+",
  "pk_live_\\w+",
  "eyJ[\\w-]+\\.[\\w-]*\\.?[\\w-]*",
  "rt_[\\w-]+",
  "whsec_[\\w+/=]+",
];
const SECRETS = [
  /\bBearer\s+[^\s"]+/gi,
  ...TOKENS.map((token) => new RegExp(BEGIN + token, "g")),
  /\/\/[^/\s:@]+:[^/\s@]+@/g,
];

/** Every secret has one of these in it; most texts have none. */
const SUSPICIOUS = /sk_|pk_live_|bearer|eyJ|rt_|whsec_|@/i;

/** The text without keys, tokens and passwords. */
export const redact = (text: string): string =>
  SUSPICIOUS.test(text) ? SECRETS.reduce((rest, secret) => rest.replace(secret, "[redacted]"), text) : text;

/** Wraps a sink so that no line carries a key, token or password, wherever in its members it hides. */
export function redactingLog(sink: HubLog): HubLog {
  return (line) => {
    const clean: HubLogLine = { level: line.level, event: line.event };
    for (const [name, value] of Object.entries(line)) {
      clean[name] = typeof value === "string" ? redact(value) : value;
    }
    sink(clean);
  };
}
