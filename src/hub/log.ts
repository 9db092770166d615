// Owns what the hub says about itself: structured lines, with every secret taken out before they leave.

export interface HubLogLine {
  level: "info" | "warn" | "error";
  /** Stable name, such as `request` or `secret_key_in_browser`. */
  event: string;
  [member: string]: string | number | boolean | null;
}
export type HubLog = (line: HubLogLine) => void;

const SECRETS = [
  /\bsk_\w+/g,
  /\bpk_live_\w+/g,
  /\bBearer\s+[^\s"]+/gi,
  /\beyJ[\w-]+\.[\w-]*\.?[\w-]*/g,
  /\brt_[\w-]+/g,
  /\bwhsec_[\w+/=]+/g,
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
