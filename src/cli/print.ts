// Owns how answers look in a terminal: one line of JSON for programs, columns for people.

/** Text of others on one line, without the control characters that would steer a terminal. */
export const plainText = (text: string): string => text.replace(/[\p{Cc}\p{Cf}\s]+/gu, " ").trim();

/** Columns, two spaces apart, under their titles. */
export function table(titles: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const cells = [titles, ...rows].map((row) => row.map(plainText));
  const widths = titles.map((_title, column) => Math.max(...cells.map((row) => (row[column] ?? "").length)));
  return cells.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join("  ")
      .trimEnd(),
  );
}

/** Prints an answer: as JSON with `--json`, else the given lines. */
export function printAnswer(flags: { json?: true }, answer: unknown, lines: readonly string[]): void {
  console.log(flags.json === true ? JSON.stringify(answer) : lines.join("\n"));
}
