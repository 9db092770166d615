// Owns what a fault is and which requests it hits, as JSON: in a file, over HTTP and in code. Applies nothing.
import * as v from "valibot";
import { readMembers } from "../http/members.ts";
import { FAULT_ROUTES } from "./routes.ts";

/** Statuses that a rule can answer with. */
export const FAULT_STATUSES = [401, 403, 409, 429, 500, 502, 503] as const;
const HTML_STATUSES = [200, 502] as const;
const ENDINGS = ["drop", "end"] as const;

const whole = (min: number, max: number, fallback: number) =>
  v.optional(
    v.pipe(
      v.number(),
      v.integer(),
      v.check((value) => value >= min && value <= max, `Give a whole number from ${min} to ${max}`),
    ),
    fallback,
  );
const delayMs = (fallback: number) => whole(0, 600_000, fallback);
const bytes = (fallback: number) => whole(0, 10_000_000, fallback);

const fault = v.variant("kind", [
  /** The answer comes later, by `ms` and up to `jitter_ms` more. Further rules are applied to it. */
  v.strictObject({ kind: v.literal("latency"), ms: delayMs(800), jitter_ms: delayMs(0) }),
  /** The connection breaks and the hub never sees the request. */
  v.strictObject({ kind: v.literal("drop_before") }),
  /** The hub does what was asked; the connection breaks instead of the answer. */
  v.strictObject({ kind: v.literal("drop_after") }),
  /** The answer breaks off after so many bytes of its body: `drop` breaks the connection, `end` ends as if it were whole. */
  v.strictObject({
    kind: v.literal("cut"),
    after_bytes: bytes(200),
    ending: v.optional(v.picklist(ENDINGS), "drop"),
  }),
  /** A refusal in the hub's own words, without doing what was asked. `retry_after_s` goes with 429 and 503. */
  v.strictObject({
    kind: v.literal("status"),
    status: v.optional(v.picklist(FAULT_STATUSES), 503),
    retry_after_s: whole(0, 86_400, 2),
  }),
  /** 200 of the right type, with nonsense for a body. */
  v.strictObject({ kind: v.literal("junk") }),
  /** The page of a proxy, a captive portal or a login wall. */
  v.strictObject({ kind: v.literal("html"), status: v.optional(v.picklist(HTML_STATUSES), 200) }),
  /** 200 without a body. */
  v.strictObject({ kind: v.literal("empty") }),
  /** The hub does what was asked; the first half of its answer arrives, as if it were whole. */
  v.strictObject({ kind: v.literal("truncated") }),
  /** Somebody in between sends the page to another host. */
  v.strictObject({ kind: v.literal("redirect") }),
  /** No answer, ever. */
  v.strictObject({ kind: v.literal("hang") }),
  /** The answer comes in pieces of `bytes`, one every `every_ms`. */
  v.strictObject({ kind: v.literal("drip"), bytes: whole(1, 1_000_000, 64), every_ms: delayMs(100) }),
]);

const rule = v.strictObject({
  route: v.picklist(["*", ...FAULT_ROUTES]),
  /** How many of the requests, 0 to 100. */
  percent: v.optional(
    v.pipe(
      v.number(),
      v.check((value) => value >= 0 && value <= 100, "Give 0 to 100"),
    ),
    100,
  ),
  /** `"hang"` is short for `{"kind":"hang"}`. */
  fault: v.union([
    v.pipe(
      v.string(),
      v.transform((kind) => ({ kind })),
      fault,
    ),
    fault,
  ]),
  /** A rule that is switched off hits nothing. */
  enabled: v.optional(v.boolean(), true),
  /** Ends after so many hits. Without it, never. */
  times: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1))),
});

const plan = v.strictObject({
  /** The same seed and the same requests give the same faults. */
  seed: whole(0, 2 ** 32 - 1, 1),
  rules: v.pipe(v.array(rule), v.maxLength(100)),
});

export type Fault = v.InferOutput<typeof fault>;
export type FaultRule = v.InferOutput<typeof rule>;
export type FaultPlan = v.InferOutput<typeof plan>;
/** As people write it, with what has a default left out. */
export type FaultPlanInput = v.InferInput<typeof plan>;

/** @throws HubError `invalid_request` that names every wrong member. */
export const parseFaultPlan = (input: unknown): FaultPlan => readMembers(plan, input);

/** Every kind of fault with its defaults, for whoever offers a choice. */
export const FAULT_KINDS: readonly Fault[] = fault.options.map(({ entries }) =>
  v.parse(fault, { kind: entries.kind.literal }),
);
/** What the members that are no numbers can be. */
export const FAULT_CHOICES = {
  "status.status": FAULT_STATUSES,
  "html.status": HTML_STATUSES,
  "cut.ending": ENDINGS,
} as const;
