// Owns the failures a command reports in one line.

/** Exit code 1: the command was understood, but could not be carried out. (A bad flag is exit code 2.) */
export class CommandError extends Error {
  override name = "CommandError";
  readonly code: string;
  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}
