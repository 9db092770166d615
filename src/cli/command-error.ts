// Owns the failures a command reports in one line.

export interface CommandErrorOptions {
  /** What to do about it, as a part of a sentence. */
  hint?: string | undefined;
  /** 1: the command was understood, but could not be carried out. 2: it was called wrongly. @default 1 */
  exitCode?: 1 | 2;
}

export class CommandError extends Error {
  override name = "CommandError";
  readonly code: string;
  readonly hint: string | undefined;
  readonly exitCode: 1 | 2;
  constructor(code: string, message: string, { hint, exitCode = 1 }: CommandErrorOptions = {}) {
    super(message);
    this.code = code;
    this.hint = hint;
    this.exitCode = exitCode;
  }
}
