// Owns the tag that a site owner pastes. README, the demo pages and `foyer dev` show this very text.

/** Where the embedded defaults put the hub. */
export const DEFAULT_HUB_URL = "http://127.0.0.1:8787";
/** The public key that `foyer dev` seeds for the demo site. */
export const DEMO_CLIENT_KEY = "pk_live_demo_foyerdemositewidgetkey0001";

export function snippet({ hubUrl, clientKey }: { hubUrl: string; clientKey: string }): string {
  return `<script src="${hubUrl}/foyer.js" data-client-key="${clientKey}" data-agent="support" async></script>`;
}
