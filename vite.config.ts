// Owns every build: the loader (IIFE), the panel chunk, the npm library, the command line, the dev server and the tests.
import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { cp, rename, rm } from "node:fs/promises";
import { builtinModules } from "node:module";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { preact } from "@preact/preset-vite";
import { minify as terser } from "terser";
import { defineConfig, minify, type EnvironmentOptions, type Plugin } from "vite";
import { configDefaults, type TestProjectConfiguration } from "vitest/config";
import manifest from "./package.json" with { type: "json" };
import { devServer } from "./src/cli/dev-server.ts";
import { shortMembers, shortProperties } from "./src/internal-names.ts";

const WIDGET_DIR = "dist/widget";
/** Until it is known what they hold. */
const PARTS_DIR = `${WIDGET_DIR}/parts`;
const PANEL_PLACEHOLDER = "__FOYER_PANEL_FILE__";
const dependencies = Object.keys(manifest.dependencies);
const isDependency = (id: string): boolean =>
  dependencies.some((name) => id === name || id.startsWith(`${name}/`));
const isNode = (id: string): boolean => id.startsWith("node:") || builtinModules.includes(id);

/**
 * All parts of a build lie in one folder that is named by what they hold, so they may be kept for ever and name each
 * other without a hash: hashes do not compress. Six digits hold 24 bits.
 */
async function nameParts(): Promise<void> {
  const hash = createHash("sha256");
  for (const file of readdirSync(PARTS_DIR).toSorted()) hash.update(readFileSync(join(PARTS_DIR, file)));
  await rename(PARTS_DIR, join(WIDGET_DIR, hash.digest("hex").slice(0, 6)));
}

/** The loader names that folder, so the panel is built first and its place written in. */
function panelName(): Plugin {
  return {
    name: "foyer:panel-name",
    apply: "build",
    generateBundle(_options, bundle) {
      if (this.environment.name !== "loader") return;
      const [folder] = readdirSync(WIDGET_DIR);
      if (folder === undefined) this.error("build the panel before the loader");
      for (const file of Object.values(bundle)) {
        if (file.type === "chunk") file.code = file.code.replaceAll(PANEL_PLACEHOLDER, `${folder}/panel.js`);
      }
    },
  };
}

const memberNames = new RegExp(`^(?:${[...shortMembers.keys()].join("|")})$`);
const propertyNames = new RegExp(`--(${[...shortProperties.keys()].join("|")})(?![\\w-])`, "g");
const membersByName = Object.fromEntries([...shortMembers].map(([name, short]) => [`$${name}`, short]));

/** One minifier after the other: by brotli that is 3 % less than either alone. The loader's names are mangled once. */
function terse(): Plugin {
  return {
    name: "foyer:terse",
    apply: "build",
    async renderChunk(code, { fileName }) {
      const isLoader = this.environment.name === "loader";
      if (!isLoader && this.environment.name !== "panel") return null;
      const first = await minify(fileName, code, {
        module: !isLoader,
        compress: true,
        mangle: !isLoader,
        codegen: !isLoader,
      });
      const shortened = first.code.replace(propertyNames, (_, name) => `--${shortProperties.get(name)}`);
      const second = await terser(isLoader ? first.code : shortened, {
        module: !isLoader,
        ecma: 2020,
        compress: {
          passes: 4,
          // Shorter, but worse to compress.
          booleans: false,
          comparisons: false,
          lhs_constants: false,
          pure_getters: true,
          unsafe_arrows: true,
          unsafe_methods: true,
        },
        ...(!isLoader && {
          mangle: { properties: { regex: memberNames } },
          nameCache: { props: { props: { ...membersByName } } },
        }),
      });
      return second.code === undefined ? null : { code: second.code, map: null };
    },
  };
}

/** Elements are made by `h` itself: that is shorter, also compressed, than what the JSX runtime is called with. */
const classicJsx = (): Plugin => ({
  name: "foyer:classic-jsx",
  enforce: "post",
  config: () => ({
    oxc: { jsx: { runtime: "classic", pragma: "h", pragmaFrag: "Fragment", development: false } },
  }),
});

/** Also without prefixes and fallbacks for older ones: there a fade or a tint is missing, nothing else. */
const cssTarget = ["chrome123", "firefox120", "safari17.5"];
const browserTarget = ["es2022", "chrome111", "firefox119", "safari16.4"];

/** Library mode for both files of the widget: it adds no helper around `import()`. */
function widgetBuild(entry: string, format: "es" | "iife", outDir: string): EnvironmentOptions {
  const fileName = format === "es" ? "panel.js" : "foyer.js";
  return {
    consumer: "client",
    define: {
      "process.env.NODE_ENV": '"production"',
      // Importing the package on a server does nothing; these files are for pages only.
      "typeof window": '"object"',
      "typeof document": '"object"',
    },
    build: {
      target: browserTarget,
      outDir,
      emptyOutDir: false,
      copyPublicDir: false,
      cssMinify: "lightningcss",
      cssTarget,
      lib: { entry, formats: [format], name: "FoyerLoader", fileName: () => fileName },
      rolldownOptions: {
        // What a lazy chunk shares with the panel stays in the panel: no third file to wait for.
        preserveEntrySignatures: "allow-extension",
        optimization: { inlineConst: { mode: "all" } },
        output: {
          minify: false,
          comments: false,
          entryFileNames: fileName,
          chunkFileNames: "[name].js",
        },
      },
    },
  };
}

/** Library mode here too: apps bundle these files again, with their own way of loading chunks. */
const libraryBuild: EnvironmentOptions = {
  consumer: "client",
  build: {
    target: browserTarget,
    outDir: "dist/lib",
    copyPublicDir: false,
    cssMinify: "lightningcss",
    cssTarget,
    lib: { entry: { index: "src/index.ts" }, formats: ["es"], fileName: (_format, name) => `${name}.js` },
    rolldownOptions: {
      external: isDependency,
      output: { chunkFileNames: "[name]-[hash].js" },
    },
  },
};

const commandBuild: EnvironmentOptions = {
  consumer: "server",
  resolve: { noExternal: true, external: dependencies },
  build: {
    ssr: true,
    target: "node20",
    outDir: "dist",
    emptyOutDir: false,
    copyPublicDir: false,
    minify: false,
    rolldownOptions: {
      input: { cli: "src/cli/main.ts", admin: "src/admin.ts" },
      preserveEntrySignatures: "strict",
      external: (id) => isNode(id) || isDependency(id),
      output: {
        format: "es",
        entryFileNames: "[name].js",
        chunkFileNames: "[name]-[hash].js",
      },
    },
  },
};

const project = (
  name: string,
  include: string[],
  environment: "node" | "happy-dom",
): TestProjectConfiguration => ({
  extends: true,
  test: {
    name,
    include,
    environment,
    // Without a page, files share processes, loaded modules and databases: that takes half of the time. A page's parts
    // load late, and must not load into the page of the next file.
    isolate: environment === "happy-dom",
    exclude: [...configDefaults.exclude],
  },
});

export default defineConfig({
  appType: "custom",
  // There is no page to scan: without this the first start finds the dependencies too late and loads nothing.
  optimizeDeps: { entries: ["src/panel.ts"] },
  plugins: [preact({ devToolsEnabled: false }), classicJsx(), panelName(), terse(), devServer()],
  environments: {
    panel: widgetBuild("src/panel.ts", "es", PARTS_DIR),
    loader: widgetBuild("src/loader/main.ts", "iife", WIDGET_DIR),
    lib: libraryBuild,
    hub: commandBuild,
  },
  builder: {
    async buildApp(builder) {
      await rm("dist", { recursive: true, force: true });
      for (const name of ["panel", "loader", "lib", "hub"]) {
        const environment = builder.environments[name];
        if (environment === undefined) throw new Error(`no build environment ${name}`);
        await builder.build(environment);
        if (name === "panel") await nameParts();
      }
      await cp("src/hub/store/migrations", "dist/migrations", { recursive: true });
    },
  },
  test: {
    css: true,
    restoreMocks: true,
    // On two cores the default is one.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    // Opening the embedded store takes seconds on a busy machine.
    hookTimeout: 60_000,
    testTimeout: 60_000,
    projects: [
      project("unit", ["src/{protocol,core,hub,cli,admin}/**/*.test.ts", "demo/**/*.test.ts"], "node"),
      project("dom", ["src/{ui,loader}/**/*.test.{ts,tsx}"], "happy-dom"),
      project("long", ["src/**/*.long.ts"], "node"),
    ],
  },
});
