import { Button, Segmented, Table } from "antd";
import { lazy, Suspense, useMemo } from "react";
import { Link } from "react-router";
import { useAirMap, useDistricts, useMeta, usePlaces } from "../api/queries";
import type { AirValue } from "../api/schema";
import { airPath, useFilters, useTo } from "../lib/filters";
import { useLang, usePick } from "../lib/lang";
import { levelName, levelOf } from "../lib/levels";
import { grainOf, periodText } from "../lib/period";
import { reasonWord } from "../lib/words";
import type { Shapes } from "../map/geometry";
import { labelPoint } from "../map/geometry";
import type { Spot } from "../map/labels";
import { Door } from "../parts/door";
import { GeneratedBadge, Status, Verified } from "../parts/marks";
import { ModeSwitch } from "../parts/mode";
import { LevelLegend, LevelTag, Pollutants } from "../parts/names";
import { Page } from "../parts/page";
import { Failed, Notice, Waiting } from "../parts/states";

const CityMap = lazy(() => import("../map"));
const KINDS = ["district", "station", "city"] as const;

/** What the air is like everywhere, at one day or hour. */
export default function Overview() {
  const t = usePick();
  const lang = useLang();
  const to = useTo();
  const { params, common, set } = useFilters();
  const meta = useMeta();
  const places = usePlaces();
  const shapes = useDistricts();
  const asked = params.get("period");
  const grain = grainOf(asked);
  const at = asked && (grain === "day" || grain === "hour") ? asked : (meta.data?.default_date ?? null);
  const air = useAirMap(at, common);
  const byPlace = useMemo(() => new Map((air.data?.places ?? []).map((v) => [v.place, v])), [air.data]);
  const counts = KINDS.map((kind) => (air.data?.places ?? []).filter((v) => v.kind === kind).length);
  const askedKind = KINDS.find((kind) => kind === params.get("show"));
  const show = askedKind ?? KINDS.find((_, i) => (counts[i] ?? 0) > 0) ?? "district";

  const spots = useMemo<Spot[]>(() => {
    const name = (id: string, fallback: string) => {
      const place = places.data?.find((p) => p.id === id);
      return (lang === "en" && place?.name_en) || place?.name || fallback;
    };
    if (show === "station")
      return (places.data ?? [])
        .filter((p) => p.kind === "station" && p.lon && p.lat)
        .map((p) => ({
          id: p.id,
          name: name(p.id, p.name),
          at: [Number(p.lon), Number(p.lat)],
          value: byPlace.get(p.id),
        }));
    const features = (shapes.data as unknown as Shapes | undefined)?.features ?? [];
    return features.map((f) => ({
      id: String(f.properties.id),
      name: name(String(f.properties.id), f.properties.name),
      at: labelPoint(f.geometry),
      value: byPlace.get(String(f.properties.id)),
    }));
  }, [show, places.data, shapes.data, byPlace, lang]);

  if (meta.failure) return <Failed failure={meta.failure} retry={meta.retry} />;
  if (meta.data && at === null)
    return (
      <Notice
        title={t("还没有任何读数", "There are no readings yet")}
        why={t(
          "导入一个空气质量文件后，这里显示各区市的空气质量。",
          "Import a file of air readings and the air of every district appears here.",
        )}
        action={<Link to={to("/imports")}>{t("看导入", "See imports")}</Link>}
      />
    );
  if (air.failure)
    return (
      <Failed
        failure={air.failure}
        retry={air.retry}
        action={
          <Button type="primary" onClick={() => set({ period: null })}>
            {t("看有数据的最后一天", "Show the newest day with data")}
          </Button>
        }
      />
    );
  if (!air.data || !at) return <Waiting what={t("正在读取空气质量…", "Reading the air…")} rows={10} />;

  const city = byPlace.get(meta.data?.city.id ?? "");
  const cityName = t(meta.data?.city.name ?? "", meta.data?.city.name_en ?? meta.data?.city.name ?? "");
  const list = air.data.places.filter((v) => v.kind === show);
  const known = list.filter((v) => v.level != null);
  const good = known.filter((v) => (v.level ?? 9) <= 2).length;
  const level = levelOf(city?.level);
  const kindZh = show === "district" ? "区市" : show === "station" ? "站点" : "城市";
  const kindEn = show === "district" ? "districts" : show === "station" ? "stations" : "cities";
  const placeName = (v: AirValue) => {
    const place = places.data?.find((p) => p.id === v.place);
    return (lang === "en" && place?.name_en) || v.name;
  };
  const facts = (v: AirValue) => ({
    period: v.period,
    edition: v.edition,
    status: v.status,
    verification: v.verification,
    generated: v.generated,
    reason: v.aqi == null ? (v.reason ?? "no-data") : null,
  });
  const sentence = (
    <>
      {cityName} {periodText(at, t)}
      {t("：", ": ")}
      {city && level && city.aqi != null ? (
        <>
          AQI{" "}
          <Door finding={city.finding} facts={facts(city)}>
            {city.aqi}
          </Door>
          {t("，", ", ")}
          {levelName(level, lang)}
          {city.primary.length > 0 && (
            <>
              {t("，首要污染物 ", ", primary pollutant ")}
              <Pollutants codes={city.primary} />
            </>
          )}
          {t("。", ". ")}
        </>
      ) : (
        t(
          `全市没有结果（${reasonWord(city?.reason ?? "no-data", t)}）。`,
          `no result for the city (${reasonWord(city?.reason ?? "no-data", t)}). `,
        )
      )}
      {known.length > 0 &&
        t(`${known.length} 个${kindZh}中 ${good} 个优良。`, `${good} of ${known.length} ${kindEn} are good or better.`)}
    </>
  );
  const missing = list.length - known.length;
  return (
    <Page
      sentence={sentence}
      busy={air.loading}
      marks={
        <>
          <GeneratedBadge show={air.data.places.some((v) => v.generated)} period={at.slice(0, 10)} />
          {city && <Status status={city.status} />}
          {air.data.rule && (
            <span className="rule-line">
              <Link to={to(`/rules/${encodeURIComponent(air.data.rule.id)}`)}>{air.data.rule.document}</Link>{" "}
              <Verified mark={air.data.rule.verification} />
            </span>
          )}
          {grain === "hour" && <ModeSwitch />}
        </>
      }
    >
      <div className="overview">
        <div className="overview-map">
          <Suspense fallback={<Waiting what={t("正在打开地图…", "Opening the map…")} />}>
            {shapes.failure ? (
              <Failed failure={shapes.failure} retry={shapes.retry} />
            ) : shapes.data ? (
              <CityMap
                shapes={shapes.data as unknown as Shapes}
                values={byPlace}
                painted={show !== "station"}
                spots={spots}
                onOpen={(spot) => (spot.value?.finding ? set({ explain: spot.value.finding }) : undefined)}
              />
            ) : (
              <Waiting what={t("正在读取区市边界…", "Reading the district shapes…")} />
            )}
          </Suspense>
          <LevelLegend />
        </div>
        <div className="overview-table">
          <div className="table-head">
            <Segmented
              aria-label={t("显示", "Show")}
              value={show}
              options={KINDS.filter((_, i) => (counts[i] ?? 0) > 0).map((kind) => ({
                value: kind,
                label: t(
                  { district: "区市", station: "站点", city: "城市" }[kind],
                  { district: "Districts", station: "Stations", city: "Cities" }[kind],
                ),
              }))}
              onChange={(kind) => set({ show: kind })}
            />
            <span className="quiet">{missing > 0 && t(`${missing} 个缺测`, `${missing} missing`)}</span>
          </div>
          <Table<AirValue>
            size="small"
            sticky
            pagination={false}
            rowKey="place"
            dataSource={list}
            scroll={{ y: "calc(100vh - 268px)" }}
            columns={[
              {
                title: t("地点", "Place"),
                sorter: (a, b) => placeName(a).localeCompare(placeName(b), lang === "zh" ? "zh-CN" : "en"),
                render: (_, v) => (
                  <Link to={to(airPath(v.place), { period: at.slice(0, 4), day: at.slice(0, 10) })}>
                    {placeName(v)}
                  </Link>
                ),
              },
              {
                title: "AQI",
                align: "right",
                width: 76,
                defaultSortOrder: "descend",
                sorter: (a, b) => (a.aqi ?? -1) - (b.aqi ?? -1),
                render: (_, v) => (
                  <Door finding={v.finding} facts={facts(v)} label={`${placeName(v)} AQI ${v.aqi ?? ""}`}>
                    {v.aqi}
                  </Door>
                ),
              },
              {
                title: t("级别", "Category"),
                width: lang === "zh" ? 92 : 150,
                sorter: (a, b) => (a.level ?? 0) - (b.level ?? 0),
                render: (_, v) => <LevelTag level={v.level} />,
              },
              { title: t("首要污染物", "Primary"), render: (_, v) => <Pollutants codes={v.primary} /> },
            ]}
          />
        </div>
      </div>
    </Page>
  );
}
