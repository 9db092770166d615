// Owns what a developer reads on the console about problems: each code once, quietly when it may pass.
import type { Environment } from "./environment.ts";
import type { FoyerProblem } from "./problem.ts";

/** Returns a function that logs a problem and passes it on. */
export function createReporter(
  env: Environment,
  passOn: (problem: FoyerProblem) => void,
): (problem: FoyerProblem) => void {
  const logged = new Set<string>();
  return (problem) => {
    const { code, detail, hint, retryable } = problem;
    if (!logged.has(code)) {
      env.log(retryable ? "debug" : "error", `${code}: ${detail}${hint ? ` (${hint})` : ""}`);
    }
    logged.add(code);
    passOn(problem);
  };
}
