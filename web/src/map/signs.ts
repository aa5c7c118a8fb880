/** Signs as pictures: the server's SVG texts, drawn once at the screen's own resolution. */

import type { Signs } from "./data.js";

export const SIGN_PX = 26;

export class SignSheet {
  private readonly pictures = new Map<string, CanvasImageSource>();

  /** Draws the signs that are used; a sign that cannot be drawn is left out and its place shows a plain ring. */
  static async draw(signs: Record<string, string>, wanted: Iterable<string>, ratio: number): Promise<SignSheet> {
    const sheet = new SignSheet();
    const side = Math.ceil(SIGN_PX * ratio);
    await Promise.all(
      [...wanted].map(async (name) => {
        const text = signs[name];
        if (text === undefined) return;
        const picture = new Image(side, side);
        picture.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(sized(text, side))}`;
        try {
          await picture.decode();
        } catch {
          return;
        }
        const canvas = document.createElement("canvas");
        canvas.width = canvas.height = side;
        canvas.getContext("2d")?.drawImage(picture, 0, 0, side, side);
        sheet.pictures.set(name, canvas);
      }),
    );
    return sheet;
  }

  paint(context: CanvasRenderingContext2D, name: string, x: number, y: number, size = SIGN_PX): void {
    const picture = this.pictures.get(name);
    if (picture) {
      context.drawImage(picture, x - size / 2, y - size / 2, size, size);
      return;
    }
    context.beginPath();
    context.arc(x, y, size / 3, 0, 2 * Math.PI);
    context.stroke();
  }
}

export function sheetOf(signs: Signs, dark: boolean): Record<string, string> {
  return (dark ? signs.dark : signs.light) ?? {};
}

/** The SVG text with its own name space and size; only the opening tag is touched. */
function sized(text: string, side: number): string {
  return text.replace(/<svg\b([^>]*)>/, (_whole, attributes: string) => {
    const kept = attributes.replace(/\s(?:width|height|xmlns)="[^"]*"/g, "");
    return `<svg xmlns="http://www.w3.org/2000/svg" width="${side}" height="${side}"${kept}>`;
  });
}
