// Owns the script `long`: an answer of exactly 80,000 characters in large pieces.
import { speak } from "./speak.ts";
import type { Pace, Script } from "./speak.ts";

const LENGTH = 80_000;
const PIECE = 400;

const paragraph = (number: number): string =>
  `### Part ${number}\n\nThis is part **${number}** of a very long answer. It exists to see how a transcript behaves when ` +
  "an agent does not stop: scrolling stays smooth, memory stays small, and the text can be read from the top.\n\n";

function longText(): string {
  let text = "";
  for (let number = 1; text.length < LENGTH; number += 1) text += paragraph(number);
  return text.slice(0, LENGTH);
}

const IN_PIECES: Pace = {
  pauseMs: () => 10,
  pieces: (text) =>
    Array.from({ length: Math.ceil(text.length / PIECE) }, (_, index) =>
      text.slice(index * PIECE, (index + 1) * PIECE),
    ),
};

export const long: Script = (_input, run) => speak(longText(), run, IN_PIECES);
