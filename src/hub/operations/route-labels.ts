// Owns the names of routes in metrics: the pattern, never the path, whose ids would make a series each.

/** @param patterns paths in `:name` notation. Answers the pattern of a path, `other` for none. */
export function createRouteLabels(patterns: readonly string[]): (pathname: string) => string {
  const exact = new Set(patterns.filter((pattern) => !pattern.includes(":")));
  const shaped = patterns
    .filter((pattern) => pattern.includes(":"))
    .map((pattern) => [pattern, new RegExp(`^${pattern.replaceAll(/:\w+/g, "[^/]+")}$`)] as const);
  return (pathname) =>
    exact.has(pathname) ? pathname : (shaped.find(([, shape]) => shape.test(pathname))?.[0] ?? "other");
}
