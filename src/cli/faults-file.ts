// Owns reading the file of `foyer dev --faults`.
import { readFileSync } from "node:fs";
import { HubError } from "../hub/errors.ts";
import { parseFaultPlan } from "../hub/faults/rules.ts";
import type { FaultPlan } from "../hub/faults/rules.ts";
import { CommandError } from "./command-error.ts";

const EXAMPLE = 'such as {"rules":[{"route":"connect","percent":20,"fault":"drop_after"}]}';

/** @throws CommandError `faults_unreadable` or `faults_invalid` */
export function readFaultsFile(path: string): FaultPlan {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch {
    throw new CommandError("faults_unreadable", `${path} cannot be read: give --faults a file, ${EXAMPLE}`);
  }
  try {
    const parsed: unknown = JSON.parse(text);
    return parseFaultPlan(parsed);
  } catch (failure) {
    const reason = failure instanceof HubError ? failure.options.detail : "it is not JSON";
    throw new CommandError("faults_invalid", `${path}: ${reason ?? "wrong"}`, {
      hint: `Write rules ${EXAMPLE}`,
    });
  }
}
