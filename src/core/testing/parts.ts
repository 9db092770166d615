// Owns the parts of a widget for tests: they are there without waiting for the disk.
import { createEngine } from "../engine.ts";
import type { Parts } from "../engine-room.ts";
import "../extras.ts";
import { Plain } from "../plain.ts";
import "../refusal.ts";

export const LOADED: Parts = { plain: async () => Plain, engine: async () => createEngine };
