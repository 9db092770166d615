// Owns where the parts of the built widget lie: in the one folder beside the loader.
import { readdirSync } from "node:fs";

export const WIDGET_DIR = "dist/widget";

/** Path of the folder. @throws Error without a build */
export function partsDir(): string {
  const folder = readdirSync(WIDGET_DIR).find((name) => !name.includes("."));
  if (folder === undefined) throw new Error(`no parts in ${WIDGET_DIR}: run npm run build`);
  return `${WIDGET_DIR}/${folder}`;
}
