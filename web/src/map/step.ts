/** From one mark to the next with an arrow key: the nearest one that lies in that direction. */

export type Arrow = "ArrowUp" | "ArrowDown" | "ArrowLeft" | "ArrowRight";

const WAYS: Record<Arrow, [number, number]> = {
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
};

export function isArrow(key: string): key is Arrow {
  return key in WAYS;
}

/** The index of the nearest point within 60° of the arrow, or -1; a point off the axis counts as farther. */
export function nextInDirection(from: { x: number; y: number }, points: readonly { x: number; y: number }[], key: Arrow): number {
  const [wayX, wayY] = WAYS[key];
  let best = -1;
  let least = Infinity;
  points.forEach((point, index) => {
    const dx = point.x - from.x;
    const dy = point.y - from.y;
    const along = dx * wayX + dy * wayY;
    const aside = Math.abs(dx * wayY) + Math.abs(dy * wayX);
    if (along <= 0.5 || aside > along * 1.7321) return;
    const cost = Math.hypot(along, aside) + aside;
    if (cost < least) {
      least = cost;
      best = index;
    }
  });
  return best;
}

export function nearest(from: { x: number; y: number }, points: readonly { x: number; y: number }[]): number {
  let best = -1;
  let least = Infinity;
  points.forEach((point, index) => {
    const distance = Math.hypot(point.x - from.x, point.y - from.y);
    if (distance < least) {
      least = distance;
      best = index;
    }
  });
  return best;
}
