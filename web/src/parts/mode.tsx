import { Select } from "antd";
import { useFilters } from "../lib/filters";
import { usePick } from "../lib/lang";

/** Which reading of HJ 633-2012's real-time index: the published practice or the text. Only hours have it. */
export function ModeSwitch() {
  const t = usePick();
  const { params, set } = useFilters();
  return (
    <Select
      size="small"
      aria-label={t("实时 AQI 口径", "Real-time AQI mode")}
      value={params.get("mode") ?? "as-published"}
      popupMatchSelectWidth={false}
      options={[
        {
          value: "as-published",
          label: t("实时 AQI：按全国发布（PM 用 1 小时值）", "Real-time AQI: as published (1 h PM)"),
        },
        {
          value: "as-text",
          label: t("实时 AQI：按标准条文（PM 用 24 小时滑动）", "Real-time AQI: as the text says (24 h sliding PM)"),
        },
      ]}
      onChange={(mode) => set({ mode })}
    />
  );
}
