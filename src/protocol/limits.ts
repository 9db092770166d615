// Owns the limits that both sides of the wire keep to.

/** Longest visitor message, in UTF-16 code units. */
export const MESSAGE_MAX_LENGTH = 4000;

/** Longest comment on an answer, in UTF-16 code units. */
export const COMMENT_MAX_LENGTH = 2000;
