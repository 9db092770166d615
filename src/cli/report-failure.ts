// Owns what is said when a command fails: one line with the code and what to do, and the exit code.
import { CommanderError } from "commander";
import { FoyerAdminError } from "../admin.ts";
import { CommandError } from "./command-error.ts";
import { plainText } from "./print.ts";

const FAILED = 1;
const CALLED_WRONGLY = 2;

interface Failure {
  code: string;
  message: string;
  hint: string | undefined;
  request_id?: string | undefined;
}

function toFailure(error: CommandError | FoyerAdminError): Failure {
  const { code, message, hint } = error;
  return error instanceof FoyerAdminError
    ? { code, message, hint, request_id: error.requestId }
    : { code, message, hint };
}

const toLine = ({ code, message, hint, request_id }: Failure): string =>
  `foyer: ${code}: ${message}${hint === undefined ? "" : `. ${hint}`}` +
  (request_id === undefined ? "" : ` (request ${request_id})`);

function exitCodeOf(error: CommandError | FoyerAdminError): number {
  if (error instanceof CommandError) return error.exitCode;
  return error.code === "invalid_options" ? CALLED_WRONGLY : FAILED;
}

/**
 * Writes to stderr why a command failed; with `isJson` as `{"error":{code,message,hint?,request_id?}}`.
 * @returns the exit code: 0 for help and version, 2 for a command called wrongly, else 1.
 */
export function reportFailure(error: unknown, isJson: boolean): number {
  // Commander has said it already.
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : CALLED_WRONGLY;
  if (!(error instanceof CommandError) && !(error instanceof FoyerAdminError)) {
    console.error(error);
    return FAILED;
  }
  const failure = toFailure(error);
  console.error(isJson ? JSON.stringify({ error: failure }) : plainText(toLine(failure)));
  return exitCodeOf(error);
}
