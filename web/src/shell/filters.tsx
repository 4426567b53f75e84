import { Button, Popover, Segmented, Select } from "antd";
import { useState } from "react";
import { useLocation, useNavigate, useParams } from "react-router";
import { useMeta, usePlaces } from "../api/queries";
import { airPath, useFilters, useTo } from "../lib/filters";
import { useLang, usePick } from "../lib/lang";
import { asGrain, type Grain, grainOf, monthsOf, periodText, quartersOf } from "../lib/period";
import { editionText, kindWord } from "../lib/words";
import { DayPicker, MonthGrid } from "../parts/day-picker";

/** The place: choosing one goes to its page. */
export function PlaceFilter() {
  const { placeId } = useParams();
  const { data: places } = usePlaces();
  const navigate = useNavigate();
  const { params } = useFilters();
  const { pathname } = useLocation();
  const to = useTo();
  const lang = useLang();
  const t = usePick();
  const options = ["city", "district", "station"].map((kind) => ({
    label: kindWord(kind, t),
    options: (places ?? [])
      .filter((p) => p.kind === kind)
      .map((p) => ({ value: p.id, label: lang === "en" ? (p.name_en ?? p.name) : p.name })),
  }));
  return (
    <Select
      className="filter-place"
      aria-label={t("地点", "Place")}
      placeholder={t("查找地点", "Find a place")}
      showSearch={{ optionFilterProp: "label" }}
      value={placeId ?? null}
      options={options}
      popupMatchSelectWidth={220}
      onChange={(id) => {
        const period = params.get("period") ?? undefined;
        const keep = pathname.startsWith("/air/") && pathname !== "/air/ranking";
        navigate(
          to(airPath(id), {
            period: keep ? period : period?.slice(0, 4),
            compare: keep ? (params.get("compare") ?? undefined) : undefined,
            pollutant: keep ? (params.get("pollutant") ?? undefined) : undefined,
          }),
        );
      }}
    />
  );
}

/** The edition the data is judged under. */
export function EditionFilter() {
  const { data: meta } = useMeta();
  const { params, set } = useFilters();
  const t = usePick();
  return (
    <Select
      className="filter-edition"
      aria-label={t("标准版本", "Edition")}
      value={params.get("edition") ?? "in-force"}
      popupMatchSelectWidth={300}
      options={[
        {
          value: "in-force",
          label: t("现行标准", "In force"),
          note: t("按数据日期选用", "chosen by the date of the data"),
        },
        ...(meta?.editions ?? []).map((e) => ({
          value: e.id,
          label: editionText(e.id),
          note: `${e.from} – ${e.to ?? ""}`,
        })),
      ]}
      optionRender={(option) => (
        <span className="option-note">
          {option.label}
          <span className="quiet">{option.data.note}</span>
        </span>
      )}
      onChange={(edition) => set({ edition })}
    />
  );
}

/** The moment of knowledge: what Lanwan had learned by then. */
export function AsOfFilter() {
  const { data: meta } = useMeta();
  const { params, set } = useFilters();
  const [open, setOpen] = useState(false);
  const t = usePick();
  const asOf = params.get("as_of");
  const today = new Date().toISOString().slice(0, 10);
  return (
    <Popover
      trigger="click"
      open={open}
      onOpenChange={setOpen}
      destroyOnHidden
      content={
        <div className="as-of-box">
          <p className="quiet">
            {t(
              "按当日 24 时以前已知的数据计算，之后的更正不计。",
              "Computed from what was known by the end of that day; later corrections do not count.",
            )}
          </p>
          <MonthGrid
            value={asOf?.slice(0, 10) ?? today}
            min={meta?.first?.slice(0, 10)}
            onChange={(day) => {
              setOpen(false);
              set({ as_of: `${day}T23:59:59+08:00` });
            }}
          />
          <Button
            block
            disabled={!asOf}
            onClick={() => {
              setOpen(false);
              set({ as_of: null });
            }}
          >
            {t("回到现在", "Back to now")}
          </Button>
        </div>
      }
    >
      <Button className={asOf ? "tabular filter-on" : "tabular"}>
        {asOf ? t(`截至 ${asOf.slice(0, 10)}`, `As of ${asOf.slice(0, 10)}`) : t("截至现在", "As of now")}
      </Button>
    </Popover>
  );
}

/** The day or hour of the overview. */
export function MomentFilter() {
  const { data: meta } = useMeta();
  const { params, set } = useFilters();
  const t = usePick();
  const asked = params.get("period");
  const grain = grainOf(asked);
  const at = asked && (grain === "day" || grain === "hour") ? asked : (meta?.default_date ?? undefined);
  if (!at) return null;
  const day = at.slice(0, 10);
  const hour = at.slice(11);
  const hours = Array.from({ length: 24 }, (_, i) => String(i + 1).padStart(2, "0"));
  return (
    <>
      <DayPicker
        value={day}
        min={meta?.first?.slice(0, 10)}
        max={meta?.last?.slice(0, 10)}
        onChange={(d) => set({ period: hour ? `${d}T${hour}` : d })}
      />
      <Select
        className="filter-hour"
        aria-label={t("小时", "Hour")}
        value={hour}
        options={[
          { value: "", label: t("全天", "Whole day") },
          ...hours.map((h) => ({ value: h, label: t(`${h} 时`, `${h}:00`) })),
        ]}
        onChange={(h) => set({ period: h ? `${day}T${h}` : day })}
      />
    </>
  );
}

/** The year, quarter or month of the air and ranking pages. */
export function SpanFilter({ fallback }: { fallback: Grain }) {
  const { data: meta } = useMeta();
  const { set } = useFilters();
  const period = useSpan(fallback);
  const t = usePick();
  const grain = grainOf(period) ?? fallback;
  if (!meta || !period) return null;
  const year = period.slice(0, 4);
  const years = meta.years.map(String);
  if (!years.includes(year)) years.push(year);
  const parts = grain === "quarter" ? quartersOf(year) : grain === "month" ? monthsOf(year) : [];
  const change = (next: string) => set({ period: next, day: null });
  return (
    <>
      <Select
        className="filter-year tabular"
        aria-label={t("年份", "Year")}
        value={year}
        options={[...years]
          .sort()
          .reverse()
          .map((y) => ({ value: y, label: t(`${y} 年`, y) }))}
        onChange={(y) => change(y + period.slice(4))}
      />
      <Segmented<Grain>
        aria-label={t("时段长度", "Length of period")}
        value={grain}
        options={[
          { value: "year", label: t("年", "Year") },
          { value: "quarter", label: t("季", "Quarter") },
          { value: "month", label: t("月", "Month") },
        ]}
        onChange={(g) => {
          const last = meta.last?.slice(0, 4) === year && meta.last ? meta.last.slice(0, 10) : `${year}-12-31`;
          change(asGrain(grain === "year" ? last : period, g));
        }}
      />
      {parts.length > 0 && (
        <Select
          className="filter-part tabular"
          aria-label={t("季或月", "Quarter or month")}
          value={period}
          options={parts.map((p) => ({
            value: p,
            label: grain === "month" ? t(`${Number(p.slice(5))} 月`, p) : periodText(p, t).replace(`${year} 年`, ""),
          }))}
          onChange={change}
        />
      )}
    </>
  );
}

/** The period in the address, or the newest of `fallback`'s length that has data. */
export function useSpan(fallback: Grain): string | undefined {
  const { data: meta } = useMeta();
  const { params } = useFilters();
  const asked = params.get("period");
  const grain = grainOf(asked);
  if (asked && (grain === "year" || grain === "quarter" || grain === "month")) return asked;
  if (asked && grain) return asGrain(asked, fallback);
  const newest = meta?.default_date ?? meta?.last?.slice(0, 10);
  return newest ? asGrain(newest, fallback) : undefined;
}

/** Chinese or English. */
export function LangSwitch() {
  const lang = useLang();
  const { set } = useFilters();
  const next = lang === "zh" ? "en" : "zh";
  return (
    <Button type="text" lang={next === "en" ? "en" : "zh-CN"} onClick={() => set({ lang: next }, { replace: true })}>
      {next === "en" ? "English" : "中文"}
    </Button>
  );
}
