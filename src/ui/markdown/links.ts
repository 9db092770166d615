// Owns the URL policy: which address an agent's words may turn into a link, and what the visitor is told about it.

const ALLOWED_PROTOCOLS = new Set(["https:", "mailto:"]);
/** Control and format characters: bidi overrides, zero-width spaces and joiners, soft hyphens. */
const INVISIBLE = /[\p{Cc}\p{Cf}]/gu;
const LINK_TITLE = /\s+(?:"[^"]*"|'[^']*'|\([^)]*\))$/;
const LOOKS_LIKE_ADDRESS = /[^\s.]\.[^\s.]{2,}/;
const TRAILING_PUNCTUATION = /[.,;:!?'")\]}*_~]+$/;

export interface SafeLink {
  href: string;
  /** Where it really leads: the host in punycode, or the mail address. */
  destination: string;
}

/**
 * Judges an address by its parsed protocol. Null for everything that is not a whole https: or mailto: URL.
 * @param raw as written, an optional markdown link title included
 */
export function safeLink(raw: string): SafeLink | null {
  const address = raw
    .trim()
    .replace(LINK_TITLE, "")
    .replace(/^<(.*)>$/, "$1");
  if (address.search(INVISIBLE) !== -1 || /\s/.test(address)) return null;
  let url: URL;
  try {
    url = new URL(address);
  } catch {
    return null;
  }
  if (!ALLOWED_PROTOCOLS.has(url.protocol) || url.username !== "" || url.password !== "") return null;
  if (url.protocol === "mailto:") return { href: url.href, destination: url.pathname };
  return { href: url.href, destination: url.host };
}

/** Removes what cannot be seen but changes how a link reads. */
export function visibleText(text: string): string {
  return text.replace(INVISIBLE, "");
}

/** A label that spells an address other than the real one would mislead: then the destination is written beside it. */
export function isMisleading(label: string, link: SafeLink): boolean {
  return LOOKS_LIKE_ADDRESS.test(label) && !label.toLowerCase().includes(link.destination.toLowerCase());
}

/** Splits the punctuation of the sentence off a bare URL. */
export function splitBareUrl(text: string): [url: string, rest: string] {
  const url = text.replace(TRAILING_PUNCTUATION, "");
  return [url, text.slice(url.length)];
}
