// After Vite: the map's worker as a file of ours, the fonts with their style sheet, and the licences of all that is bundled.
import { copyFileSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const web = fileURLToPath(new URL("..", import.meta.url));
const server = `${web}../src/trucewatch/server/static/`;
const built = `${server}built/`;
const modules = `${web}node_modules/`;

/** The families that the console shows, and their parts; Arabic and Hebrew are for watches and readers there. */
const FONTS = {
  "noto-sans": ["Noto Sans", ["latin", "latin-ext", "cyrillic", "cyrillic-ext", "greek"]],
  "noto-sans-armenian": ["Noto Sans Armenian", ["armenian"]],
  "noto-sans-arabic": ["Noto Sans Arabic", ["arabic"]],
  "noto-sans-hebrew": ["Noto Sans Hebrew", ["hebrew"]],
  "noto-sans-mono": ["Noto Sans Mono", ["latin", "latin-ext", "cyrillic"]],
};

const worker = readFileSync(`${modules}maplibre-gl/dist/maplibre-gl-worker.mjs`, "utf8");
writeFileSync(`${built}map-worker.js`, worker.replace(/\n?\/\/# sourceMappingURL=.*\s*$/, "\n"));

rmSync(`${server}fonts`, { recursive: true, force: true });
mkdirSync(`${server}fonts`, { recursive: true });
mkdirSync(`${server}css`, { recursive: true });
const faces = ["/* Noto fonts of the SIL Open Font License, served from here; made by `make web`. */"];
for (const [folder, [family, parts]] of Object.entries(FONTS)) {
  const css = readFileSync(`${modules}@fontsource-variable/${folder}/wght.css`, "utf8");
  for (const part of parts) {
    const file = `${folder}-${part}-wght-normal.woff2`;
    const rule = css.split("@font-face").find((one) => one.includes(file));
    const range = /unicode-range:\s*([^;]+);/.exec(rule ?? "")?.[1];
    if (!range) throw new Error(`${folder}: no rule for ${part}`);
    copyFileSync(`${modules}@fontsource-variable/${folder}/files/${file}`, `${server}fonts/${file}`);
    faces.push(
      `@font-face { font-family: "${family}"; font-style: normal; font-display: swap; font-weight: 100 900; ` +
        `src: url("../fonts/${file}") format("woff2"); unicode-range: ${range}; }`,
    );
  }
}
writeFileSync(`${server}css/fonts.css`, `${faces.join("\n")}\n`);

/** What seals positions, and what that one is made of. */
const SEALING = ["age-encryption", "@noble/ciphers", "@noble/curves", "@noble/hashes", "@noble/post-quantum", "@scure/base"];
const BUNDLED = ["maplibre-gl", "htmx.org", "pmtiles", "fflate", ...SEALING, ...Object.keys(FONTS).map((folder) => `@fontsource-variable/${folder}`)];
const licences = BUNDLED.map((name) => {
  const folder = `${modules}${name}/`;
  const about = JSON.parse(readFileSync(`${folder}package.json`, "utf8"));
  const file = readdirSync(folder).find((one) => /^licen[cs]e/i.test(one));
  const text = file ? folder + file : `${web}build/licences/${name}.txt`; // pmtiles leaves the file of its repository out
  return `${"=".repeat(100)}\n${name} ${about.version}, ${about.license}\n${"=".repeat(100)}\n\n${readFileSync(text, "utf8").trim()}\n`;
});
writeFileSync(`${built}LICENSES.txt`, `Parts of other projects in this folder and in ../fonts, each with its licence.\n\n${licences.join("\n")}`);
