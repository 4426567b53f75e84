import { useMemo } from "react";
import type { AirValue } from "../api/schema";
import { useLang, usePick } from "../lib/lang";
import { levelName, levelOf } from "../lib/levels";
import { isProvisional, reasonWord, statusWord } from "../lib/words";
import { Chart, safe, TOOLTIP } from "./chart";

const FADED = 0.6;
const OUTSIDE = 0.18;
const WEEK = { zh: ["日", "一", "二", "三", "四", "五", "六"], en: ["Su", "Mo", "Tu", "We", "Th", "Fr", "Sa"] };

type Box = { x: number; y: number; width: number; height: number };

/** Hatching for what is missing: strokes inside the cell, so it prints and needs no colour. */
function hatch({ x, y, width, height }: Box) {
  const lines = [0.25, 0.75, 1.25, 1.75].map((k) => {
    const d = k * Math.min(width, height);
    const x1 = Math.max(0, d - height);
    const x2 = Math.min(width, d);
    return {
      type: "line",
      silent: true,
      shape: { x1: x + x1, y1: y + Math.min(height, d), x2: x + x2, y2: y + d - x2 },
      style: { stroke: "#aab2ba", lineWidth: 1 },
    };
  });
  return [{ type: "rect", shape: { x, y, width, height }, style: { fill: "#f1f3f5", stroke: "#d5dade" } }, ...lines];
}

/**
 * A year of days in official colours with the level's digit; missing days hatched with their reason in the hover,
 * provisional days lighter, days outside `inside` faint. A click chooses the day.
 */
export function CalendarChart({
  year,
  days,
  inside,
  chosen,
  onDay,
  describe,
}: {
  year: string;
  days: AirValue[];
  inside: [string, string];
  chosen: string | undefined;
  onDay: (day: string) => void;
  describe: string;
}) {
  const lang = useLang();
  const t = usePick();
  const [first, last] = inside;
  const option = useMemo(
    () => ({
      animation: false,
      tooltip: {
        ...TOOLTIP,
        formatter: ({ dataIndex }: { dataIndex: number }) => {
          const day = days[dataIndex];
          if (!day) return "";
          const level = levelOf(day.level);
          const head = `<b>${safe(day.period)}</b>`;
          const body =
            day.aqi == null || !level
              ? `${t("缺测", "Missing")}${t("：", ": ")}${safe(reasonWord(day.reason ?? "no-data", t))}`
              : [
                  `AQI <b>${day.aqi}</b> ${levelName(level, lang)}`,
                  day.primary.length > 0 &&
                    `${t("首要污染物", "Primary")}${t("：", ": ")}${safe(day.primary.join(t("、", ", ")))}`,
                  ...day.values
                    .filter((v) => v.value == null && v.reason)
                    .map((v) => `${safe(v.pollutant)}${t("：", ": ")}${safe(reasonWord(v.reason ?? "", t))}`),
                ]
                  .filter(Boolean)
                  .join("\n");
          const tail = [
            day.dust && t("沙尘日", "Dust day"),
            day.status && statusWord(day.status, t),
            day.generated && t("生成数据", "Generated data"),
          ].filter(Boolean);
          return `${head}\n${body}${tail.length > 0 ? `\n<span style="color:#57606a">${tail.join(" · ")}</span>` : ""}`;
        },
      },
      calendar: {
        top: 22,
        left: 30,
        right: 4,
        bottom: 2,
        range: year,
        cellSize: ["auto", 19],
        splitLine: { lineStyle: { color: "#8b949e", width: 1 } },
        itemStyle: { color: "#fff", borderColor: "#e9ecef", borderWidth: 1 },
        yearLabel: { show: false },
        dayLabel: { firstDay: 1, nameMap: WEEK[lang], color: "#57606a", fontSize: 11 },
        monthLabel: {
          color: "#57606a",
          fontSize: 12,
          nameMap:
            lang === "zh"
              ? Array.from({ length: 12 }, (_, i) => `${i + 1} 月`)
              : ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"],
        },
      },
      series: [
        {
          type: "custom",
          // Above the calendar's own cells, which else cover it once the option is set again.
          z: 5,
          coordinateSystem: "calendar",
          encode: { tooltip: [] },
          data: days.map((day) => [day.period, day.aqi ?? -1]),
          renderItem: (
            params: { dataIndex: number; coordSys: { cellWidth: number; cellHeight: number } },
            api: { coord: (day: string) => number[] },
          ) => {
            const day = days[params.dataIndex];
            if (!day) return undefined;
            const [cx = 0, cy = 0] = api.coord(day.period);
            const width = params.coordSys.cellWidth - 2;
            const height = params.coordSys.cellHeight - 2;
            const box = { x: cx - width / 2, y: cy - height / 2, width, height };
            const level = levelOf(day.level);
            const outside = day.period < first || day.period > last;
            const opacity = outside ? OUTSIDE : isProvisional(day.status) ? FADED : 1;
            const children: object[] = level
              ? [
                  { type: "rect", shape: { ...box, r: 2 }, style: { fill: level.colour, opacity } },
                  {
                    type: "text",
                    silent: true,
                    style: {
                      text: String(level.level),
                      x: cx,
                      y: cy,
                      fill: level.ink === "#ffffff" && opacity < 1 ? "#111418" : level.ink,
                      opacity: outside ? 0.3 : 0.75,
                      align: "center",
                      verticalAlign: "middle",
                      fontSize: 10,
                    },
                  },
                ]
              : hatch(box);
            if (day.dust)
              children.push({
                type: "polygon",
                silent: true,
                shape: {
                  points: [
                    [box.x + width - 6, box.y],
                    [box.x + width, box.y],
                    [box.x + width, box.y + 6],
                  ],
                },
                style: { fill: "#6b4e16" },
              });
            if (day.period === chosen)
              children.push({
                type: "rect",
                silent: true,
                shape: { x: box.x - 1, y: box.y - 1, width: width + 2, height: height + 2, r: 3 },
                style: { fill: "none", stroke: "#0b4f66", lineWidth: 2 },
                z2: 10,
              });
            // The whole cell can be hit, its gaps too.
            children.unshift({
              type: "rect",
              shape: { x: box.x - 1, y: box.y - 1, width: width + 2, height: height + 2 },
              style: { fill: "transparent" },
            });
            return { type: "group", children };
          },
        },
      ],
    }),
    [days, year, first, last, chosen, lang, t],
  );
  return (
    <Chart
      option={option}
      height={160}
      describe={describe}
      onClick={(index) => {
        const day = days[index];
        if (day) onDay(day.period);
      }}
    />
  );
}
