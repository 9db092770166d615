// Owns the calls that a site owner's backend makes with its secret key: a visitor token, and the webhook's secrets.

export interface MintInput {
  hubUrl: string;
  /** `sk_live_...`; never leaves the backend. */
  secretKey: string;
  clientKey: string;
  /** Who is logged in on your site. */
  customer: { user_id: string; name?: string; email?: string };
}

/** Returns a token for `data-user-token`: good for one exchange within 300 s. */
export async function mintUserToken({ hubUrl, secretKey, clientKey, customer }: MintInput): Promise<string> {
  const response = await fetch(`${hubUrl}/api/v1/widget/auth/user-token`, {
    method: "POST",
    headers: { authorization: `Bearer ${secretKey}`, "content-type": "application/json" },
    body: JSON.stringify({ client_key: clientKey, ...customer }),
  });
  if (!response.ok) throw new Error(`user-token answered ${response.status}: ${await response.text()}`);
  const answer: { user_token: string } = await response.json();
  return answer.user_token;
}

/** The secrets that sign webhooks now: two for a day after a change, else one. */
export async function fetchWebhookSecrets({
  hubUrl,
  secretKey,
}: Pick<MintInput, "hubUrl" | "secretKey">): Promise<string[]> {
  const response = await fetch(`${hubUrl}/api/v1/webhook-settings`, {
    headers: { authorization: `Bearer ${secretKey}` },
  });
  if (!response.ok) throw new Error(`webhook-settings answered ${response.status}: ${await response.text()}`);
  const answer: { secret: string; previous_secret: string | null } = await response.json();
  return [answer.secret, ...(answer.previous_secret === null ? [] : [answer.previous_secret])];
}
