// Owns loading a part once, whoever asks for it. Of two `import()` of one file the later one may be answered first.

/**
 * Who asks first is served first. A call after one that could not load the part tries again.
 * @param load gets the part; rejects where it cannot be had
 */
export function onDemand<Part>(load: () => Promise<Part>): () => Promise<Part> {
  let part: Promise<Part> | null = null;
  return () => {
    part ??= load();
    part.catch(() => (part = null));
    return part;
  };
}
