import type { FeatureCollection, MultiPolygon, Polygon, Position } from "geojson";

export type Shapes = FeatureCollection<Polygon | MultiPolygon, { id: string; name: string }>;
export type Bounds = [west: number, south: number, east: number, north: number];

const rings = (shape: Polygon | MultiPolygon): Position[][] =>
  shape.type === "Polygon" ? shape.coordinates.slice(0, 1) : shape.coordinates.flatMap((part) => part.slice(0, 1));

/** The box that holds all points, widened by `margin` degrees; undefined when there are none. */
export function boundsOfPoints(points: [number, number][], margin: number): Bounds | undefined {
  if (points.length === 0) return undefined;
  const xs = points.map(([x]) => x);
  const ys = points.map(([, y]) => y);
  return [Math.min(...xs) - margin, Math.min(...ys) - margin, Math.max(...xs) + margin, Math.max(...ys) + margin];
}

/** The box that holds all shapes; undefined when there are none. */
export function boundsOf(shapes: Shapes): Bounds | undefined {
  let box: Bounds | undefined;
  for (const feature of shapes.features)
    for (const ring of rings(feature.geometry))
      for (const [x = 0, y = 0] of ring)
        box = box ? [Math.min(box[0], x), Math.min(box[1], y), Math.max(box[2], x), Math.max(box[3], y)] : [x, y, x, y];
  return box;
}

/** Twice the signed area of a ring and its centroid. */
function centroid(ring: Position[]): { area: number; at: [number, number] } {
  let area = 0;
  let cx = 0;
  let cy = 0;
  for (let i = 0; i + 1 < ring.length; i += 1) {
    const [x1 = 0, y1 = 0] = ring[i] ?? [];
    const [x2 = 0, y2 = 0] = ring[i + 1] ?? [];
    const cross = x1 * y2 - x2 * y1;
    area += cross;
    cx += (x1 + x2) * cross;
    cy += (y1 + y2) * cross;
  }
  return { area: Math.abs(area), at: area === 0 ? [0, 0] : [cx / (3 * area), cy / (3 * area)] };
}

/** Where to write a shape's label: the centroid of its largest ring. */
export function labelPoint(shape: Polygon | MultiPolygon): [number, number] {
  const best = rings(shape)
    .map(centroid)
    .reduce((a, b) => (b.area > a.area ? b : a), { area: -1, at: [0, 0] as [number, number] });
  return best.at;
}

export type Box = { x: number; y: number; width: number; height: number };

const overlap = (a: Box, b: Box) =>
  a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;

/** How far a label may be from its point, in pixels from the point to the label's nearest edge. */
const REACHES = [7, 14, 22, 32, 44, 58, 74];
const DIRECTIONS = 16;

/**
 * Places labels near their points without overlap: over the point if `centred` and free, else in the nearest free
 * place around it; null where nothing near is free. `sizes` are label sizes in pixels. No label hides another point.
 */
export function placeLabels(
  points: [number, number][],
  sizes: [number, number][],
  view: { width: number; height: number },
  centred: boolean,
): (Box | null)[] {
  const gap = 3;
  const taken: Box[] = [];
  const dots = points.map(([x, y]) => ({ x: x - 4, y: y - 4, width: 8, height: 8 }));
  return points.map(([x, y], i) => {
    const [width, height] = sizes[i] ?? [0, 0];
    const free = (cx: number, cy: number): Box | undefined => {
      const box = { x: cx - width / 2, y: cy - height / 2, width: width + gap, height: height + gap };
      const inside = box.x >= 2 && box.y >= 2 && box.x + width <= view.width - 2 && box.y + height <= view.height - 2;
      const clear = !taken.some((other) => overlap(other, box)) && !dots.some((dot, k) => k !== i && overlap(dot, box));
      return inside && clear ? box : undefined;
    };
    let found = centred ? free(x, y) : undefined;
    for (const reach of REACHES) {
      for (let step = 0; !found && step < DIRECTIONS; step += 1) {
        const angle = (step / DIRECTIONS) * 2 * Math.PI;
        const [dx, dy] = [Math.cos(angle), Math.sin(angle)];
        const side = (d: number, half: number) => d * reach + (Math.abs(d) < 0.01 ? 0 : Math.sign(d) * half);
        found = free(x + side(dx, width / 2), y + side(dy, height / 2));
      }
    }
    if (!found) return null;
    taken.push(found);
    return { ...found, width, height };
  });
}
