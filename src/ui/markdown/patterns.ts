// Owns what the marks inside a block look like, whole and begun. A begun one may still become whole.

export const PLAIN = /[^\\`*_~[\]!<&\nh]+/y;
export const AUTOLINK = /^<(?:((?:https?:\/\/|mailto:)[^\s<>]*)|([\w.+-]+@[\w.-]+)|br ?\/?)>/i;
export const AUTOLINK_BEGUN = /^<[\w.+-]*(?:[:@][^\s<>]*| ?\/?)$/;
export const NOTE = /^\[\^([^\s[\]]{1,40})\]/;
export const NOTE_BEGUN = /^\[(?:\^[^\s[\]]{0,40})?$/;
export const LABEL = /^\[([^[\]]{0,300})\]/;
export const LABEL_BEGUN = /^\[[^[\]]{0,300}$/;
export const BARE_URL = /^https:\/\/[^\s<]*/;
/** "[1][2]" names two sources, it is not the words "1" under the label "2". */
export const NUMBERS = /^\d+\[\d+\]$/;

/** Deeper marks, and longer runs of one mark, are text. */
export const MAX_DEPTH = 20;
/** Code and labels longer than this are text with stray marks: closing marks are not sought for ever. */
export const MAX_SPAN = 1000;
