/** What the pure parts ask of a page: its language. */
import { vi } from "vitest";

vi.stubGlobal("document", { documentElement: { lang: "en", dataset: {} } });
