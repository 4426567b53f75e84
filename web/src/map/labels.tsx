import { useLayoutEffect, useRef, useState } from "react";
import type { AirValue } from "../api/schema";
import { useLang, usePick } from "../lib/lang";
import { levelName, levelOf } from "../lib/levels";
import { isProvisional, reasonWord } from "../lib/words";
import { useFactsText } from "../parts/door";
import { type Box, placeLabels } from "./geometry";

/** A place on the map: where it is and what its air is. */
export type Spot = { id: string; name: string; at: [number, number]; value: AirValue | undefined };

/** The labels of a map: name, AQI number and official word, laid out so that none hides another. */
export function Labels({
  spots,
  project,
  view,
  centred,
  onOpen,
}: {
  spots: Spot[];
  project: (at: [number, number]) => [number, number];
  view: { width: number; height: number };
  /** Whether a label may stand over its own point (a district) or only beside it (a station). */
  centred: boolean;
  onOpen: (spot: Spot) => void;
}) {
  const lang = useLang();
  const t = usePick();
  const factsText = useFactsText();
  const layer = useRef<HTMLDivElement>(null);
  const [sizes, setSizes] = useState<[number, number][]>([]);
  const key = `${lang} ${spots.map((s) => `${s.id} ${s.value?.aqi}`).join("|")}`;

  // biome-ignore lint/correctness/useExhaustiveDependencies: label sizes change with what the labels say
  useLayoutEffect(() => {
    const labels = layer.current?.querySelectorAll<HTMLElement>(".spot-label") ?? [];
    setSizes(Array.from(labels, (label) => [label.offsetWidth, label.offsetHeight]));
  }, [key]);

  const points = spots.map((spot) => project(spot.at));
  const boxes: (Box | null)[] =
    sizes.length === spots.length ? placeLabels(points, sizes, view, centred) : spots.map(() => null);
  return (
    <div className="spots" ref={layer}>
      <svg aria-hidden="true" width={view.width} height={view.height}>
        {spots.map((spot, i) => {
          const [x, y] = points[i] ?? [0, 0];
          const box = boxes[i];
          const level = levelOf(spot.value?.level);
          return (
            <g key={spot.id}>
              {box && (
                <line
                  x1={x}
                  y1={y}
                  x2={box.x + box.width / 2}
                  y2={box.y + box.height / 2}
                  stroke="#4a545e"
                  strokeWidth="1"
                />
              )}
              <circle cx={x} cy={y} r={box ? 4 : 6} fill={level?.colour ?? "#fff"} stroke="#1f2429" strokeWidth="1" />
            </g>
          );
        })}
      </svg>
      {spots.map((spot, i) => {
        const box = boxes[i];
        const { value } = spot;
        const level = levelOf(value?.level);
        const style = box ? { left: box.x, top: box.y } : { visibility: "hidden" as const };
        const said = level && value?.aqi != null ? `${value.aqi} ${levelName(level, lang)}` : t("缺测", "missing");
        const tip = factsText({
          period: value?.period,
          edition: value?.edition,
          status: value?.status,
          verification: value?.verification,
          generated: value?.generated,
          reason: value?.aqi == null ? (value?.reason ?? "no-data") : null,
        });
        return (
          <button
            type="button"
            key={spot.id}
            className={`spot-label${isProvisional(value?.status) ? " provisional" : ""}`}
            style={style}
            data-tip={tip}
            aria-label={`${spot.name} AQI ${said}`}
            onClick={() => onOpen(spot)}
          >
            <span>{spot.name}</span>
            {level ? (
              <b style={{ background: level.colour, color: level.ink }}>{said}</b>
            ) : (
              <b className="hatch">
                {value?.reason && value.reason !== "no-data" ? reasonWord(value.reason, t) : said}
              </b>
            )}
          </button>
        );
      })}
    </div>
  );
}
