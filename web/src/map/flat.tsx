import type { MultiPolygon, Polygon } from "geojson";
import { useEffect, useRef, useState } from "react";
import type { AirValue } from "../api/schema";
import { usePick } from "../lib/lang";
import type { Bounds, Shapes } from "./geometry";
import { Labels, type Spot } from "./labels";
import { paint } from "./paint";

/** The same map as plain SVG, for browsers that cannot draw with WebGL. It does not zoom. */
export function FlatMap({
  shapes,
  values,
  painted,
  spots,
  onOpen,
  bounds: [west, south, east, north],
}: {
  shapes: Shapes;
  values: Map<string, AirValue>;
  painted: boolean;
  spots: Spot[];
  onOpen: (spot: Spot) => void;
  bounds: Bounds;
}) {
  const t = usePick();
  const box = useRef<HTMLDivElement>(null);
  const [view, setView] = useState({ width: 0, height: 0 });
  useEffect(() => {
    if (!box.current) return;
    const watch = new ResizeObserver(([entry]) => {
      if (entry) setView({ width: entry.contentRect.width, height: entry.contentRect.height });
    });
    watch.observe(box.current);
    return () => watch.disconnect();
  }, []);
  const squeeze = Math.cos((((south + north) / 2) * Math.PI) / 180);
  const pad = 28;
  const scale = Math.min(
    (view.width - 2 * pad) / ((east - west) * squeeze || 1),
    (view.height - 2 * pad) / (north - south || 1),
  );
  const left = (view.width - (east - west) * squeeze * scale) / 2;
  const top = (view.height - (north - south) * scale) / 2;
  const project = ([x, y]: [number, number]): [number, number] => [
    left + (x - west) * squeeze * scale,
    top + (north - y) * scale,
  ];
  const path = (shape: Polygon | MultiPolygon) =>
    (shape.type === "Polygon" ? [shape.coordinates] : shape.coordinates)
      .flat()
      .map(
        (ring) =>
          `M${ring
            .map(([x = 0, y = 0]) =>
              project([x, y])
                .map((n) => n.toFixed(1))
                .join(" "),
            )
            .join("L")}Z`,
      )
      .join("");
  return (
    <div className="map" ref={box}>
      {view.width > 0 && (
        <>
          <svg width={view.width} height={view.height} role="img" aria-label={t("区市地图", "Map of districts")}>
            <defs>
              <pattern id="hatch" width="8" height="8" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
                <rect width="8" height="8" fill="#f1f3f5" />
                <line x1="0" y1="0" x2="0" y2="8" stroke="#9aa4ad" strokeWidth="1.5" />
              </pattern>
            </defs>
            {paint(shapes, values, painted).features.map((feature) => (
              <path
                key={feature.properties.id}
                d={path(feature.geometry)}
                fill={feature.properties.colour || "url(#hatch)"}
                fillOpacity={0.9}
                stroke="#6b7680"
              />
            ))}
          </svg>
          <Labels spots={spots} view={view} centred={painted} onOpen={onOpen} project={project} />
        </>
      )}
    </div>
  );
}
