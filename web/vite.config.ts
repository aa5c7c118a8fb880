import { defineConfig } from "vite";

/** What console, map, proofs and the review have in common stands apart, so that the entry may carry a version in its address. */
function shared(id: string): string | undefined {
  return /src\/(?:(?:words|root)\.ts|fields\/in_field\.ts|trucewatch\/server\/words\.json|map\/(?:furniture|mask|mercator)\.ts|proof\/(?:bytes|merkle|note)\.ts)$/.test(id) ? "shared" : undefined;
}

/** One entry that every page loads; the map, the proofs and the review are entries of their own, for the pages that hold them. */
export default defineConfig({
  base: "./",
  publicDir: false,
  build: {
    outDir: "../src/trucewatch/server/static/built",
    emptyOutDir: true,
    sourcemap: false,
    target: "es2022",
    modulePreload: false,
    cssCodeSplit: true,
    chunkSizeWarningLimit: 1500,
    rollupOptions: {
      // htmx can run code from attributes and is told not to (console.ts); the policy would stop it as well.
      onwarn: (warning, tell) => (warning.code === "EVAL" ? undefined : tell(warning)),
      input: { console: "src/console.ts", map: "src/map.ts", proof: "src/proof.ts", provisions: "src/provisions.ts", review: "src/review.ts", statements: "src/statements.ts" },
      output: { entryFileNames: "[name].js", chunkFileNames: "[name].js", assetFileNames: "[name][extname]", manualChunks: shared },
    },
  },
  test: { include: ["tests/**/*.test.ts"], setupFiles: ["tests/page.ts"] },
} as Parameters<typeof defineConfig>[0]);
