// Owns the npm entry for single-page apps: `import { createWidget, mount } from "foyer-widget"`. Importing it does nothing.
export { createWidget } from "./core/widget.ts";
export { mount } from "./ui/mount.ts";
export type { RawOptions as WidgetOptions } from "./core/options.ts";
export type { HistoryState, SessionState, TurnState, Visitor, Widget, WidgetEvents } from "./core/handle.ts";
export type { Environment } from "./core/environment.ts";
export type { GetToken, Identity } from "./core/identity.ts";
export type { FoyerProblem, ProblemCode } from "./core/problem.ts";
export type { ActivityRow, AgentRow, Row, VisitorRow } from "./core/rows.ts";
export type { Placement } from "./ui/placement.ts";
export type { Branding, WidgetConfig } from "./protocol/config.ts";
