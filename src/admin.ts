// Owns the npm entry for backends: `import { FoyerAdmin } from "foyer-widget/admin"`. Importing it does nothing.
export { FoyerAdmin } from "./admin/client.ts";
export { FoyerAdminError } from "./admin/error.ts";
export type { AdminErrorCode } from "./admin/error.ts";
export type { FoyerAdminOptions } from "./admin/options.ts";
export type { UserTokenInput, UserTokens } from "./admin/user-tokens.ts";
export type { WidgetKeys } from "./admin/widget-keys.ts";
export type { UserTokenAnswer } from "./protocol/session.ts";
export type { CreatedWidgetKey, WidgetKey } from "./protocol/widget-keys.ts";
