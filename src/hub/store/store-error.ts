// Owns the reasons why a store cannot be opened, as a start-up message can show them.

export type StoreErrorCode =
  "data_dir_locked" | "data_dir_unwritable" | "data_dir_damaged" | "database_unreachable" | "database_newer";

/** Recognise it by `code`. The message is one line for people and holds no password. */
export class StoreError extends Error {
  readonly code: StoreErrorCode;
  constructor(code: StoreErrorCode, message: string, cause?: unknown) {
    super(message, { cause });
    this.name = "StoreError";
    this.code = code;
  }
}

/** The folder, and what the system said of it: EACCES, EROFS, ENOSPC. */
export function unwritable(directory: string, cause: unknown): StoreError {
  const why = cause instanceof Error && "code" in cause ? ` (${String(cause.code)})` : ", or has no room";
  return new StoreError("data_dir_unwritable", `The data folder ${directory} cannot be written${why}`, cause);
}
