import { useMemo } from "react";
import type { AirValue, PollutantValue } from "../api/schema";
import { useLang, usePick } from "../lib/lang";
import { levelName, levelOfIndex } from "../lib/levels";
import { isProvisional, reasonWord, statusWord, unitText } from "../lib/words";
import { AXIS, Chart, safe, TOOLTIP } from "./chart";

const figureOf = (v: AirValue, pollutant: string, averaging?: string): PollutantValue | undefined =>
  v.values.find((x) => x.pollutant === pollutant && (averaging === undefined || x.averaging === averaging)) ??
  v.values.find((x) => x.pollutant === pollutant);

/** Diagonal strokes, the sign of what is missing on every picture. */
const HATCH = {
  image: `data:image/svg+xml,${encodeURIComponent(
    '<svg xmlns="http://www.w3.org/2000/svg" width="8" height="8"><rect width="8" height="8" fill="#f6f7f8"/><path d="M-2 2l4-4M0 8l8-8M6 10l4-4" stroke="#c3c9cf"/></svg>',
  )}`,
  imageWidth: 8,
  imageHeight: 8,
  repeat: "repeat",
};

/** Runs of missing values as pairs of categories, for the grey bands. */
function missingRuns(labels: string[], values: (number | null)[]): [string, string][] {
  const runs: [string, string][] = [];
  let start = -1;
  for (let i = 0; i <= values.length; i += 1) {
    const missing = i < values.length && values[i] == null;
    if (missing && start < 0) start = i;
    if (!missing && start >= 0) {
      runs.push([labels[start] ?? "", labels[i - 1] ?? ""]);
      start = -1;
    }
  }
  return runs;
}

/**
 * The course of one pollutant over days or hours: points in the colour of their IAQI level, grey bands where values
 * are missing, provisional points lighter, the limit as a line.
 */
export function Curve({
  values,
  pollutant,
  averaging,
  labelOf,
  limit,
  limitName,
  chosen,
  height,
  describe,
  onPick,
}: {
  values: AirValue[];
  pollutant: string;
  averaging?: string;
  labelOf: (value: AirValue) => string;
  limit?: string | null;
  limitName?: string;
  chosen?: string;
  height: number;
  describe: string;
  onPick?: (value: AirValue) => void;
}) {
  const lang = useLang();
  const t = usePick();
  const option = useMemo(() => {
    const labels = values.map(labelOf);
    const points = values.map((v) => figureOf(v, pollutant, averaging));
    const numbers = points.map((p) => (p?.value == null ? null : Number(p.value)));
    const unit = unitText(points.find((p) => p)?.unit);
    return {
      animation: false,
      grid: { top: 26, left: 46, right: limit ? 96 : 16, bottom: 24 },
      tooltip: {
        ...TOOLTIP,
        trigger: "axis",
        formatter: (items: { dataIndex: number }[]) => {
          const at = items[0]?.dataIndex ?? -1;
          const v = values[at];
          const p = points[at];
          if (!v) return "";
          const level = p?.iaqi == null ? undefined : levelOfIndex(p.iaqi);
          return [
            `<b>${safe(labels[at] ?? "")}</b>`,
            p?.value == null
              ? `${safe(pollutant)} ${t("缺测", "missing")}${t("：", ": ")}${safe(reasonWord(p?.reason ?? v.reason ?? "no-data", t))}`
              : `${safe(pollutant)} <b>${safe(p.value)}</b> ${unit}${level ? `  IAQI ${p.iaqi} ${levelName(level, lang)}` : ""}`,
            v.aqi != null && `AQI ${v.aqi}`,
            v.status && `<span style="color:#57606a">${safe(statusWord(v.status, t))}</span>`,
          ]
            .filter(Boolean)
            .join("\n");
        },
      },
      xAxis: { type: "category", data: labels, boundaryGap: true, ...AXIS, splitLine: { show: false } },
      yAxis: {
        type: "value",
        name: unit,
        nameTextStyle: { color: "#57606a", align: "right" },
        ...AXIS,
        axisLine: { show: false },
      },
      series: [
        {
          type: "line",
          connectNulls: false,
          symbol: "circle",
          symbolSize: 5,
          showAllSymbol: true,
          lineStyle: { color: "#8b98a5", width: 1 },
          emphasis: { disabled: true },
          data: numbers.map((value, i) => {
            const iaqi = points[i]?.iaqi;
            const level = iaqi == null ? undefined : levelOfIndex(iaqi);
            const picked = chosen !== undefined && values[i]?.period === chosen;
            return {
              value: value ?? "-",
              symbolSize: picked ? 10 : 5,
              itemStyle: {
                color: level?.colour ?? "#57606a",
                borderColor: picked ? "#0b4f66" : "rgba(0,0,0,.45)",
                borderWidth: picked ? 2 : 0.5,
                opacity: isProvisional(values[i]?.status) ? 0.6 : 1,
              },
            };
          }),
          markArea: {
            silent: true,
            itemStyle: { color: HATCH },
            data: missingRuns(labels, numbers).map(([from, to]) => [{ xAxis: from }, { xAxis: to }]),
          },
          ...(limit && {
            markLine: {
              silent: true,
              symbol: "none",
              lineStyle: { color: "#b42318", type: "dashed", width: 1 },
              label: { formatter: `${limitName} ${limit}`, color: "#b42318", fontSize: 12 },
              data: [{ yAxis: Number(limit) }],
            },
          }),
        },
      ],
    };
  }, [values, pollutant, averaging, labelOf, limit, limitName, chosen, lang, t]);
  return (
    <Chart
      option={option}
      height={height}
      describe={describe}
      onClick={(index) => {
        const value = values[index];
        if (value) onPick?.(value);
      }}
    />
  );
}
