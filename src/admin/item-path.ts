// Owns the path of one thing: an id is one path segment, whatever is in it.
import { FoyerAdminError } from "./error.ts";

/** @throws FoyerAdminError `invalid_options` for an id that would name another path: empty, `.` or `..`. */
export function itemPath(collection: string, id: string | number, rest = ""): string {
  const segment = encodeURIComponent(id);
  if (segment === "" || segment === "." || segment === "..") {
    throw new FoyerAdminError({ code: "invalid_options", message: "id is missing" });
  }
  return `${collection}/${segment}${rest}`;
}
