/** MapLibre with our ground and a canvas above it that is painted in the same frame. */

import * as maplibre from "maplibre-gl";
import type { Ground, Tiles } from "./data.js";
import { groundStyle } from "./ground.js";
import { type Camera, worldSize, worldX, worldY } from "./mercator.js";
import { onTheme, palette } from "./palette.js";
import type { VectorGround } from "./vector_ground.js";

export type Bounds = [number, number, number, number];

export interface ViewOptions {
  bounds: Bounds;
  ground: Ground | null;
  minZoom: number;
  maxZoom: number;
  /** Pixels that stay free on each side when the map fits its bounds. */
  padding: () => maplibre.PaddingOptions;
  doubleClickZoom: boolean;
  paint: (context: CanvasRenderingContext2D, camera: Camera) => void;
}

const WORKER_FILE = "map-worker.js";
const WORKER = new URL(WORKER_FILE, import.meta.url).href;

export class View {
  readonly map: maplibre.Map;
  readonly canvas = document.createElement("canvas");
  private readonly context: CanvasRenderingContext2D;
  private readonly endTheme: () => void;
  private shown: Camera | null = null;
  private brought: VectorGround | null = null;
  /** Until the basemap that the watch brings is laid, the map is not at rest. */
  private isLaying = false;

  /** Throws what MapLibre throws where the browser gives no WebGL. */
  constructor(private readonly host: HTMLElement, private readonly options: ViewOptions) {
    maplibre.setWorkerUrl(WORKER);
    maplibre.setWorkerCount(1);
    const box = document.createElement("div");
    box.className = "tw-map-ground";
    box.setAttribute("aria-hidden", "true");
    host.append(box);
    this.map = new maplibre.Map({
      container: box,
      style: this.style(),
      bounds: options.bounds,
      fitBoundsOptions: { padding: options.padding() },
      minZoom: 0,
      maxZoom: options.maxZoom,
      dragRotate: false,
      pitchWithRotate: false,
      touchPitch: false,
      maxPitch: 0,
      attributionControl: false,
      renderWorldCopies: false,
      fadeDuration: 0,
      keyboard: false,
      doubleClickZoom: options.doubleClickZoom,
      validateStyle: false,
    });
    this.map.touchZoomRotate.disableRotation();
    this.map.setMinZoom(Math.max(0, Math.min(options.minZoom, this.map.getZoom() - 0.25)));
    const glass = this.map.getCanvas();
    glass.tabIndex = -1;
    glass.removeAttribute("role");
    glass.removeAttribute("aria-label");
    this.canvas.className = "tw-map-marks";
    this.canvas.setAttribute("aria-hidden", "true");
    host.append(this.canvas);
    this.context = this.canvas.getContext("2d")!;
    this.map.on("render", () => this.paint());
    this.map.on("resize", () => this.paint());
    this.map.on("idle", () => this.isLaying || host.setAttribute("data-idle", ""));
    this.map.on("movestart", () => host.removeAttribute("data-idle"));
    this.endTheme = onTheme(() => this.restyle());
    if (options.ground?.tiles) void this.lay(options.ground.tiles, options.ground);
    addEventListener("beforeprint", this.toPaper);
    addEventListener("afterprint", this.fromPaper);
  }

  get camera(): Camera {
    const zoom = this.map.getZoom();
    const size = worldSize(zoom);
    const centre = this.map.getCenter();
    const at = this.map.project(centre);
    const width = this.host.clientWidth;
    const height = this.host.clientHeight;
    return { left: at.x - worldX(centre.lng) * size, top: at.y - worldY(centre.lat) * size, size, zoom, width, height };
  }

  /** Takes another ground in the place of the one that is drawn; the camera and what lies above stay. */
  takeGround(ground: Ground): void {
    this.options.ground = ground;
    this.map.setStyle(this.style(), { diff: true });
    this.paint();
  }

  /** Paints the canvas now, over the ground as it stands. */
  paint(): void {
    const camera = this.camera;
    if (camera.width === 0) return;
    const ratio = devicePixelRatio || 1;
    const width = Math.round(camera.width * ratio);
    const height = Math.round(camera.height * ratio);
    if (this.canvas.width !== width || this.canvas.height !== height) {
      this.canvas.width = width;
      this.canvas.height = height;
    }
    this.context.setTransform(ratio, 0, 0, ratio, 0, 0);
    this.options.paint(this.context, camera);
    this.shown = camera;
  }

  /** The camera of the last painted frame. */
  get painted(): Camera {
    return this.shown ?? this.camera;
  }

  moveTo(bounds: Bounds, maxZoom = this.options.maxZoom): void {
    this.map.fitBounds(bounds, { padding: this.options.padding(), ...this.pace(), maxZoom });
  }

  /** Fits at once, as the page's own doing: the event of the move then bears `own`. */
  fit(bounds: Bounds): void {
    this.map.fitBounds(bounds, { padding: this.options.padding(), duration: 0, maxZoom: this.options.maxZoom }, { own: true });
  }

  centre(lon: number, lat: number, zoom = this.map.getZoom(), offset: [number, number] = [0, 0]): void {
    this.map.easeTo({ center: [lon, lat], zoom, offset, ...this.pace() });
  }

  zoomBy(steps: number): void {
    this.map.zoomTo(this.map.getZoom() + steps, this.pace());
  }

  panBy(x: number, y: number): void {
    this.map.panBy([x, y], this.pace());
  }

  end(): void {
    removeEventListener("beforeprint", this.toPaper);
    removeEventListener("afterprint", this.fromPaper);
    this.endTheme();
    this.map.remove();
  }

  /** The picture of the graphics is gone once it is shown, so a copy stands in for it on paper. */
  private readonly toPaper = (): void => {
    const glass = this.map.getCanvas();
    const still = document.createElement("canvas");
    still.className = "tw-map-still";
    still.width = glass.width;
    still.height = glass.height;
    // At its own size: paper may be narrower, and the scale bar has to stay true.
    still.style.width = `${this.host.clientWidth}px`;
    still.style.height = `${this.host.clientHeight}px`;
    this.map.redraw();
    const context = still.getContext("2d");
    context?.drawImage(glass, 0, 0);
    context?.drawImage(this.canvas, 0, 0, still.width, still.height);
    this.fromPaper();
    this.canvas.before(still);
  };

  private readonly fromPaper = (): void => {
    this.host.querySelector(".tw-map-still")?.remove();
  };

  private style(): maplibre.StyleSpecification {
    const style = groundStyle(this.options.ground, palette());
    return this.brought?.under(style, palette()) ?? style;
  }

  /** Lays the basemap that the watch brings over the small ground. Where it cannot, the small ground goes on and says so. */
  private async lay(tiles: Tiles, ground: Ground): Promise<void> {
    this.isLaying = true;
    let isTold = false;
    const failed = (): void => {
      if (!isTold) this.host.dispatchEvent(new CustomEvent("tw:tiles-failed", { bubbles: true }));
      isTold = true;
    };
    this.map.on("error", ({ error, ...event }) => ("sourceId" in event && event.sourceId === "tiles" ? failed() : console.error(error)));
    const styled = this.map.once("style.load");
    try {
      const { VectorGround } = await import("./vector_ground.js");
      await styled;
      this.brought = new VectorGround(tiles, ground.towns, maplibre.addProtocol, failed);
      this.map.setStyle(this.style(), { diff: true });
    } catch {
      failed();
    }
    this.isLaying = false;
    this.map.triggerRepaint();
  }

  private restyle(): void {
    this.map.setStyle(this.style(), { diff: true });
    this.paint();
    this.host.dispatchEvent(new CustomEvent("tw:theme"));
  }

  private pace(): { duration: number } {
    return { duration: matchMedia("(prefers-reduced-motion: reduce)").matches ? 0 : 120 };
  }
}
