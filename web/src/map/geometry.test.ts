import { describe, expect, it } from "vitest";
import { boundsOf, labelPoint, placeLabels, type Shapes } from "./geometry";

const square = (x: number, y: number, side: number) => [
  [x, y],
  [x + side, y],
  [x + side, y + side],
  [x, y + side],
  [x, y],
];

describe("the map's geometry", () => {
  it("labels the largest part of a shape at its centre", () => {
    const at = labelPoint({ type: "MultiPolygon", coordinates: [[square(0, 0, 1)], [square(10, 10, 4)]] });
    expect(at).toEqual([12, 12]);
  });
  it("bounds every shape", () => {
    const shapes: Shapes = {
      type: "FeatureCollection",
      features: [
        {
          type: "Feature",
          properties: { id: "a", name: "a" },
          geometry: { type: "Polygon", coordinates: [square(1, 2, 3)] },
        },
      ],
    };
    expect(boundsOf(shapes)).toEqual([1, 2, 4, 5]);
    expect(boundsOf({ type: "FeatureCollection", features: [] })).toBeUndefined();
  });
  it("never lets two labels overlap, and keeps the first at its point", () => {
    const points: [number, number][] = Array.from({ length: 6 }, (_, i) => (i === 0 ? [60, 60] : [200 + i * 9, 150]));
    const boxes = placeLabels(
      points,
      points.map(() => [60, 20]),
      { width: 400, height: 300 },
      true,
    );
    expect(boxes[0]).toMatchObject({ x: 30, y: 50 });
    const placed = boxes.filter((b) => b !== null);
    expect(placed).toHaveLength(6);
    for (const a of placed)
      for (const b of placed)
        if (a !== b)
          expect(a.x >= b.x + b.width || b.x >= a.x + a.width || a.y >= b.y + b.height || b.y >= a.y + a.height).toBe(
            true,
          );
  });
});
