// Owns the hub's figures for Prometheus. One registry per hub; labels are few and never hold what a visitor chose.
import { Counter, Gauge, Histogram, Registry } from "prom-client";

export interface Metrics {
  /** Counts an answered request. A stream is counted when it opens. */
  request(route: string, method: string, status: number, seconds: number): void;
  streamOpened(): void;
  streamClosed(): void;
  /** The exposition format, with its content type. */
  expose(): Promise<{ contentType: string; text: string }>;
}

const METHODS: ReadonlySet<string> = new Set(["GET", "HEAD", "POST", "PATCH", "DELETE", "OPTIONS"]);
const SECONDS = [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10];

/** @param liveRuns answers that this hub is making now. */
export function createMetrics(liveRuns: () => number): Metrics {
  const register = new Registry();
  const registers = [register];
  const requests = new Counter({
    name: "foyer_http_requests_total",
    help: "Requests answered",
    labelNames: ["route", "method", "status"],
    registers,
  });
  const durations = new Histogram({
    name: "foyer_http_request_duration_seconds",
    help: "Time to the first byte of the answer",
    labelNames: ["route"],
    buckets: SECONDS,
    registers,
  });
  const streams = new Gauge({ name: "foyer_open_streams", help: "Event streams being read", registers });
  const measured = (name: string, help: string, read: () => number) =>
    register.registerMetric(
      new Gauge({
        name,
        help,
        registers: [],
        collect() {
          this.set(read());
        },
      }),
    );
  measured("foyer_live_runs", "Answers being made", liveRuns);
  measured("process_resident_memory_bytes", "Resident memory", () => process.memoryUsage.rss());
  return {
    request(route, method, status, seconds) {
      requests.inc({ route, method: METHODS.has(method) ? method : "other", status: String(status) });
      durations.observe({ route }, seconds);
    },
    streamOpened: () => streams.inc(),
    streamClosed: () => streams.dec(),
    expose: async () => ({ contentType: register.contentType, text: await register.metrics() }),
  };
}
