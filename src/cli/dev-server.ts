// Owns `npm run dev`: placeholder until the command line exists.
import type { Plugin } from "vite";
export function devServer(): Plugin {
  return { name: "foyer:dev-server", apply: "serve" };
}
