import { Segmented } from "antd";
import { useFilters } from "../lib/filters";
import { usePick } from "../lib/lang";

/** Whether dust days count. Stands beside every ratio it changes. */
export function DustSwitch() {
  const t = usePick();
  const { params, set } = useFilters();
  return (
    <Segmented
      size="small"
      aria-label={t("沙尘日处理", "Dust days")}
      value={params.get("dust") ?? "keep"}
      options={[
        { value: "keep", label: t("保留沙尘", "Keep dust days") },
        { value: "exclude", label: t("剔除沙尘", "Exclude dust days") },
      ]}
      onChange={(dust) => set({ dust })}
    />
  );
}
