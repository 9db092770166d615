// Owns the door to the part for edits, further answers, branches and ratings; a chunk of its own.
import { Branches } from "./branches.ts";
import type { BranchDeps } from "./branching.ts";
import { createRatings, type Ratings } from "./ratings.ts";

export interface BranchPart {
  branches: Branches;
  ratings: Ratings;
}

export function createBranchPart(deps: BranchDeps): BranchPart {
  const branches = new Branches(deps);
  branches.catchUp();
  return { branches, ratings: createRatings(deps) };
}
