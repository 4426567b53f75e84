import { Segmented, Table } from "antd";
import { useState } from "react";
import { usePeriods } from "../../api/queries";
import type { PeriodReport } from "../../api/schema";
import { useFilters } from "../../lib/filters";
import { usePick } from "../../lib/lang";
import { monthsOf, periodText, quartersOf } from "../../lib/period";
import { POLLUTANTS } from "../../lib/words";
import { Door } from "../../parts/door";
import { Status } from "../../parts/marks";
import { Pollutant } from "../../parts/names";
import { Block } from "../../parts/page";
import { Failed } from "../../parts/states";

type Row = { period: string; report: PeriodReport | undefined };

/** The figure of a pollutant that a period reports: its mean, or the percentile where it has no mean. */
const itemOf = (report: PeriodReport, pollutant: string) => {
  const items = report.items.filter((item) => item.pollutant === pollutant);
  return items.find((item) => item.statistic === "mean") ?? items[0];
};

/** The months or quarters of the year, one a row. */
export function Months({ place, year }: { place: string; year: string }) {
  const t = usePick();
  const { common, set } = useFilters();
  const [grain, setGrain] = useState<"month" | "quarter">("month");
  const periods = grain === "month" ? monthsOf(year) : quartersOf(year);
  const reports = usePeriods(place, periods, common);
  const rows: Row[] = periods.map((period, i) => ({ period, report: reports.data[i] }));
  const done = rows.filter((row) => row.report).length;
  const facts = (r: PeriodReport, unit?: string) => ({
    unit,
    period: r.period,
    edition: r.edition,
    status: r.status,
    verification: r.verification,
    generated: r.generated,
  });
  const cell = (get: (report: PeriodReport) => React.ReactNode) => (_: unknown, row: Row) =>
    row.report ? get(row.report) : <span className="quiet">…</span>;
  return (
    <Block
      title={t("按月按季", "By month and quarter")}
      extra={
        <>
          {done < rows.length && !reports.failure && (
            <span className="quiet">{t(`已算 ${done} / ${rows.length}`, `${done} of ${rows.length} done`)}</span>
          )}
          <Segmented<"month" | "quarter">
            size="small"
            aria-label={t("行的时段", "Rows")}
            value={grain}
            options={[
              { value: "month", label: t("月", "Months") },
              { value: "quarter", label: t("季", "Quarters") },
            ]}
            onChange={(next) => setGrain(next)}
          />
        </>
      }
    >
      {reports.failure && <Failed failure={reports.failure} />}
      <Table<Row>
        size="small"
        pagination={false}
        rowKey="period"
        dataSource={rows}
        columns={[
          {
            title: t("时段", "Period"),
            className: "nowrap",
            render: (_, row) => (
              <button type="button" className="door" onClick={() => set({ period: row.period, day: null })}>
                {periodText(row.period, t)}
              </button>
            ),
          },
          {
            title: t("优良天数", "Good days"),
            align: "right",
            className: "tabular nowrap",
            render: cell((r) => (
              <>
                <Door finding={r.finding} facts={facts(r, t("天", "days"))}>
                  {r.days.valid > 0 ? r.days.good : null}
                </Door>
                <span className="quiet"> / {r.days.valid}</span>
              </>
            )),
          },
          {
            title: t("优良率 %", "Good %"),
            align: "right",
            className: "tabular",
            render: cell((r) => (
              <Door finding={r.finding} facts={facts(r, "%")}>
                {r.days.good_ratio}
              </Door>
            )),
          },
          {
            title: t("重污染", "Heavy"),
            align: "right",
            className: "tabular",
            render: cell((r) => (r.days.valid > 0 ? r.days.heavy : "—")),
          },
          ...POLLUTANTS.map((code) => ({
            title: <Pollutant code={code} />,
            align: "right" as const,
            className: "tabular",
            render: cell((r) => {
              const item = itemOf(r, code);
              return item ? (
                <Door
                  finding={item.finding}
                  facts={{ ...facts(r, item.unit), reason: item.value == null ? item.reason : null }}
                >
                  {item.compared ?? item.value ?? "—"}
                </Door>
              ) : (
                "—"
              );
            }),
          })),
          {
            title: t("综合指数", "Index"),
            align: "right",
            className: "tabular",
            render: cell((r) => (
              <Door finding={r.index?.finding} facts={facts(r)}>
                {r.index?.value ?? "—"}
              </Door>
            )),
          },
          { title: t("状态", "Status"), render: cell((r) => <Status status={r.status} />) },
        ]}
      />
      <p className="quiet caption">
        {t(
          "颗粒物、二氧化硫、二氧化氮为时段均值；CO 为 95 百分位，O3 为日最大 8 小时 90 百分位。",
          "Particles, SO2 and NO2 are means of the period; CO is the 95th percentile, O3 the 90th percentile of daily 8 h maxima.",
        )}
      </p>
    </Block>
  );
}
