import type { EChartsCoreOption, EChartsType } from "echarts/core";
import { useEffect, useRef } from "react";
import { FONT } from "../lib/font";
import { init } from "./echarts";

/** Draws an ECharts option and follows its box. `describe` is what a screen reader says. */
export function Chart({
  option,
  height,
  describe,
  onClick,
}: {
  option: EChartsCoreOption;
  height: number;
  describe: string;
  onClick?: (dataIndex: number) => void;
}) {
  const box = useRef<HTMLDivElement>(null);
  const chart = useRef<EChartsType | null>(null);
  const click = useRef(onClick);
  click.current = onClick;

  useEffect(() => {
    if (!box.current) return;
    const drawn = init(box.current, null, { renderer: "svg" });
    chart.current = drawn;
    drawn.on("click", (event) => {
      if (typeof event.dataIndex === "number") click.current?.(event.dataIndex);
    });
    const watch = new ResizeObserver(() => drawn.resize());
    watch.observe(box.current);
    return () => {
      watch.disconnect();
      drawn.dispose();
      chart.current = null;
    };
  }, []);

  useEffect(() => {
    chart.current?.setOption({ textStyle: { fontFamily: FONT }, ...option }, true);
  }, [option]);

  return <div ref={box} role="img" aria-label={describe} style={{ height }} />;
}

/** Text safe inside a tooltip's HTML. */
export const safe = (text: string) =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");

/** The quiet look shared by all tooltips. */
export const TOOLTIP = {
  backgroundColor: "#fff",
  borderColor: "#d0d5da",
  borderWidth: 1,
  padding: [6, 10],
  textStyle: { color: "#1f2429", fontSize: 13 },
  extraCssText: "box-shadow:0 2px 8px rgba(0,0,0,.12);white-space:pre-line;",
  transitionDuration: 0,
} as const;

export const AXIS = {
  axisLine: { lineStyle: { color: "#c3c9cf" } },
  axisTick: { show: false },
  axisLabel: { color: "#57606a", fontSize: 12 },
  splitLine: { lineStyle: { color: "#eceff2" } },
} as const;
