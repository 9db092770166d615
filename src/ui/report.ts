// Owns the one place where the view writes to the console. Knows no visitor text and no token.

/** Reports a bug of the view; the page itself never sees the exception. */
export function report(where: string, error: unknown): void {
  const reason = error instanceof Error ? `${error.name}: ${error.message}` : "unknown error";
  // oxlint-disable-next-line no-console -- the one place of ui/ that writes to the console
  console.error(`[foyer] ${where} failed (${reason})`);
}
