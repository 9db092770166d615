// Owns when a run of emphasis marks may open or close: the flanking rules of CommonMark, with one exception.
const PUNCTUATION = /[\p{P}\p{S}]/u;

const isSpace = (char: string): boolean => /^\s?$/.test(char);
/**
 * What a run of marks may do between these two characters.
 * @param before, after empty at the ends of the block
 */
export function flanking(
  mark: string,
  before: string,
  after: string,
): { canOpen: boolean; canClose: boolean } {
  const isAfterPunctuation = PUNCTUATION.test(before);
  const isBeforePunctuation = PUNCTUATION.test(after);
  const isLeft = !isSpace(after) && (!isBeforePunctuation || isSpace(before) || isAfterPunctuation);
  const isRight = !isSpace(before) && (!isAfterPunctuation || isSpace(after) || isBeforePunctuation);
  if (mark.startsWith("_"))
    return {
      canOpen: isLeft && (!isRight || isAfterPunctuation),
      canClose: isRight && (!isLeft || isBeforePunctuation),
    };
  // "**Note:**text", which agents write in languages without spaces.
  return { canOpen: isLeft, canClose: isRight || (mark.length > 1 && !isSpace(before)) };
}
