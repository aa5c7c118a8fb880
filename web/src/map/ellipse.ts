/** Error ellipses as rings of places: semi-axes in metres, azimuth of the larger one clockwise from true north. */

const METRES_PER_DEGREE = 111_319.49;

export interface Ellipse {
  lon: number;
  lat: number;
  major_m: number;
  minor_m: number;
  azimuth_deg: number;
}

/** A closed ring of [lon, lat]; flat-earth steps, good to a thousandth for semi-axes up to about 100 km. */
export function ellipseRing(ellipse: Ellipse, steps = 72): [number, number][] {
  const azimuth = (ellipse.azimuth_deg * Math.PI) / 180;
  const perLon = METRES_PER_DEGREE * Math.max(0.01, Math.cos((ellipse.lat * Math.PI) / 180));
  const ring: [number, number][] = [];
  for (let step = 0; step <= steps; step++) {
    const turn = (2 * Math.PI * (step % steps)) / steps;
    const along = ellipse.major_m * Math.cos(turn);
    const across = ellipse.minor_m * Math.sin(turn);
    const north = along * Math.cos(azimuth) - across * Math.sin(azimuth);
    const east = along * Math.sin(azimuth) + across * Math.cos(azimuth);
    ring.push([ellipse.lon + east / perLon, ellipse.lat + north / METRES_PER_DEGREE]);
  }
  return ring;
}

/** The place `length_m` away on a bearing (clockwise from true north), on a sphere. */
export function placeAlong(lon: number, lat: number, bearing_deg: number, length_m: number): [number, number] {
  const angle = length_m / 6_371_008.8;
  const bearing = (bearing_deg * Math.PI) / 180;
  const phi = (lat * Math.PI) / 180;
  const sin = Math.sin(phi) * Math.cos(angle) + Math.cos(phi) * Math.sin(angle) * Math.cos(bearing);
  const turn = Math.atan2(Math.sin(bearing) * Math.sin(angle) * Math.cos(phi), Math.cos(angle) - Math.sin(phi) * sin);
  return [lon + (turn * 180) / Math.PI, (Math.asin(sin) * 180) / Math.PI];
}
