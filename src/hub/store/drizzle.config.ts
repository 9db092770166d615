// Owns how migrations are generated: `npx drizzle-kit generate --config src/hub/store/drizzle.config.ts`.
import { defineConfig } from "drizzle-kit";

export default defineConfig({
  dialect: "postgresql",
  schema: ["./src/hub/store/schema.ts", "./src/hub/store/shared-schema.ts"],
  out: "./src/hub/store/migrations",
});
