// Owns the one place where the view writes to the console. Knows no visitor text and no token.

const write = (line: string): void => {
  // oxlint-disable-next-line no-console -- the one place of ui/ that writes to the console
  console.error(`[foyer] ${line}`);
};

/** Tells the site's developer what to change: a stable code that README explains, and a sentence. */
export const complain = (code: string, sentence: string): void => write(`${code}: ${sentence}`);

/** Reports a bug of the view; the page itself never sees the exception. */
export function report(where: string, error: unknown): void {
  const reason = error instanceof Error ? `${error.name}: ${error.message}` : "unknown error";
  write(`${where} failed (${reason})`);
}
