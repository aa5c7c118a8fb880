/** Which rows of the incident table pass the filters: a bitmap, row n at bit n % 8 (lowest first) of byte n / 8. */

export class Mask {
  private constructor(private readonly bytes: Uint8Array | null) {}

  /** Every row passes; used until the page says otherwise. */
  static all(): Mask {
    return new Mask(null);
  }

  /** Reads base64; a text that is not base64 lets every row pass, so that a damaged page hides nothing. */
  static read(base64: string | undefined): Mask {
    if (!base64) return Mask.all();
    try {
      const text = atob(base64);
      const bytes = new Uint8Array(text.length);
      for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i);
      return new Mask(bytes);
    } catch {
      return Mask.all();
    }
  }

  passes(row: number): boolean {
    if (this.bytes === null) return true;
    const byte = this.bytes[row >> 3];
    return byte !== undefined && ((byte >> (row & 7)) & 1) === 1;
  }

  count(rows: number): number {
    let passing = 0;
    for (let row = 0; row < rows; row++) if (this.passes(row)) passing++;
    return passing;
  }
}
