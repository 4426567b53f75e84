import type { GeoJSONSource, Map as LibreMap } from "maplibre-gl";
import { useEffect, useMemo, useRef, useState } from "react";
import type { AirValue } from "../api/schema";
import { usePick } from "../lib/lang";
import { FlatMap } from "./flat";
import { type Bounds, boundsOf, boundsOfPoints, type Shapes } from "./geometry";
import { Labels, type Spot } from "./labels";
import { paint } from "./paint";

type Props = {
  shapes: Shapes;
  values: Map<string, AirValue>;
  /** Whether the districts themselves are coloured (else only their outlines are drawn). */
  painted: boolean;
  spots: Spot[];
  onOpen: (spot: Spot) => void;
};

function hatchImage() {
  const size = 8;
  const canvas = document.createElement("canvas");
  canvas.width = size;
  canvas.height = size;
  const pen = canvas.getContext("2d");
  if (!pen) return undefined;
  pen.fillStyle = "#f1f3f5";
  pen.fillRect(0, 0, size, size);
  pen.strokeStyle = "#9aa4ad";
  pen.lineWidth = 1.2;
  for (const d of [-size, 0, size]) {
    pen.moveTo(d, size);
    pen.lineTo(d + size, 0);
  }
  pen.stroke();
  return pen.getImageData(0, 0, size, size);
}

const PADDING = 28;

/** Whether the browser can draw with WebGL 2; office machines without a graphics driver cannot. */
function canDraw(): boolean {
  try {
    return document.createElement("canvas").getContext("webgl2") !== null;
  } catch {
    return false;
  }
}

/** Districts and places on a plain ground: no tiles, no fonts, nothing from outside. */
export default function CityMap(props: Props) {
  const [flat, setFlat] = useState(() => !canDraw());
  const { shapes, spots, painted } = props;
  const bounds = useMemo(
    () =>
      (painted
        ? undefined
        : boundsOfPoints(
            spots.map((spot) => spot.at),
            0.04,
          )) ?? boundsOf(shapes),
    [shapes, spots, painted],
  );
  if (!bounds) return null;
  return flat ? (
    <FlatMap {...props} bounds={bounds} />
  ) : (
    <DrawnMap {...props} bounds={bounds} onBroken={() => setFlat(true)} />
  );
}

function DrawnMap({
  shapes,
  values,
  painted,
  spots,
  onOpen,
  bounds,
  onBroken,
}: Props & { bounds: Bounds; onBroken: () => void }) {
  const t = usePick();
  const box = useRef<HTMLDivElement>(null);
  const [map, setMap] = useState<LibreMap | null>(null);
  const [, redraw] = useState(0);
  const data = useMemo(() => paint(shapes, values, painted), [shapes, values, painted]);
  const first = useRef({ data, bounds, onBroken });

  useEffect(() => {
    let stopped = false;
    let made: LibreMap | undefined;
    let watch: ResizeObserver | undefined;
    import("./libre")
      .then(({ LibreGl }) => {
        if (stopped || !box.current) return;
        made = new LibreGl({
          container: box.current,
          bounds: first.current.bounds,
          fitBoundsOptions: { padding: PADDING },
          attributionControl: false,
          dragRotate: false,
          pitchWithRotate: false,
          touchPitch: false,
          fadeDuration: 0,
          minZoom: 5,
          maxZoom: 13,
          style: {
            version: 8,
            sources: { districts: { type: "geojson", data: first.current.data } },
            layers: [
              { id: "ground", type: "background", paint: { "background-color": "#f7f9fa" } },
              {
                id: "fill",
                type: "fill",
                source: "districts",
                filter: ["!=", ["get", "colour"], ""],
                paint: { "fill-color": ["get", "colour"], "fill-opacity": 0.9 },
              },
              { id: "outline", type: "line", source: "districts", paint: { "line-color": "#6b7680", "line-width": 1 } },
            ],
          },
        });
        const ready = made;
        ready.touchZoomRotate.disableRotation();
        ready.on("move", () => redraw((n) => n + 1));
        ready.on("load", () => {
          const image = hatchImage();
          if (image) {
            ready.addImage("hatch", image);
            ready.addLayer(
              {
                id: "missing",
                type: "fill",
                source: "districts",
                filter: ["==", ["get", "colour"], ""],
                paint: { "fill-pattern": "hatch" },
              },
              "outline",
            );
          }
          setMap(ready);
        });
        let width = box.current.clientWidth;
        watch = new ResizeObserver(([entry]) => {
          ready.resize();
          if (entry && Math.abs(entry.contentRect.width - width) > 40)
            ready.fitBounds(first.current.bounds, { padding: PADDING, animate: false });
          width = entry?.contentRect.width ?? width;
          redraw((n) => n + 1);
        });
        watch.observe(box.current);
      })
      .catch(() => first.current.onBroken());
    return () => {
      stopped = true;
      watch?.disconnect();
      made?.remove();
      setMap(null);
    };
  }, []);

  useEffect(() => {
    map?.getSource<GeoJSONSource>("districts")?.setData(data);
  }, [map, data]);

  const [west, south, east, north] = bounds;
  useEffect(() => {
    first.current.bounds = [west, south, east, north];
    map?.fitBounds([west, south, east, north], { padding: PADDING, animate: false });
  }, [map, west, south, east, north]);

  const view = { width: box.current?.clientWidth ?? 0, height: box.current?.clientHeight ?? 0 };
  return (
    <div className="map">
      <div ref={box} className="map-canvas" />
      {map && (
        <>
          <Labels
            spots={spots}
            view={view}
            centred={painted}
            onOpen={onOpen}
            project={(at) => {
              const { x, y } = map.project(at);
              return [x, y];
            }}
          />
          <div className="map-tools">
            <button type="button" onClick={() => map.zoomIn({ duration: 0 })} aria-label={t("放大", "Zoom in")}>
              +
            </button>
            <button type="button" onClick={() => map.zoomOut({ duration: 0 })} aria-label={t("缩小", "Zoom out")}>
              −
            </button>
            <button
              type="button"
              onClick={() => map.fitBounds(bounds, { padding: PADDING, animate: false })}
              aria-label={t("全市", "Whole city")}
            >
              ⌂
            </button>
          </div>
        </>
      )}
    </div>
  );
}
