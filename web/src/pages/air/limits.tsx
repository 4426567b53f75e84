import { Table } from "antd";
import type { ColumnType } from "antd/es/table";
import type { PeriodItem, PeriodReport } from "../../api/schema";
import { type Pick, usePick } from "../../lib/lang";
import { periodText } from "../../lib/period";
import { editionText, reasonWord, unitText } from "../../lib/words";
import { Door } from "../../parts/door";
import { Verified } from "../../parts/marks";
import { Pollutant } from "../../parts/names";
import { Block } from "../../parts/page";

const keyOf = (item: PeriodItem) => `${item.pollutant} ${item.statistic} ${item.averaging} ${item.percentile ?? ""}`;

function statistic(item: PeriodItem, t: Pick): string {
  if (item.statistic === "mean") return t("平均", "mean");
  const nth = t(`第 ${item.percentile} 百分位`, `${item.percentile}th pct.`);
  return item.averaging === "8h" ? t(`8h ${nth}`, `8 h ${nth}`) : t(`24h ${nth}`, `24 h ${nth}`);
}

/** Met under class I, met under class II, or not met and by how much. */
function Verdict({ item }: { item: PeriodItem }) {
  const t = usePick();
  if (item.class2 == null) return <span className="missing">{item.reason ? reasonWord(item.reason, t) : "—"}</span>;
  if (item.class1) return <span className="verdict met">{t("达一级", "class I met")}</span>;
  if (item.class2) return <span className="verdict met">{t("达二级", "class II met")}</span>;
  return (
    <span className="verdict over">
      {t("超二级", "over II")}
      {item.exceedance_multiple && t(` ${item.exceedance_multiple} 倍`, ` by ${item.exceedance_multiple}×`)}
    </span>
  );
}

function Value({ item, report }: { item: PeriodItem; report: PeriodReport }) {
  return (
    <Door
      finding={item.finding}
      label={`${item.pollutant} ${item.value ?? ""}`}
      facts={{
        unit: item.unit,
        period: report.period,
        edition: report.edition,
        status: report.status,
        verification: item.verification,
        generated: report.generated,
        reason: item.value == null ? (item.reason ?? "no-data") : null,
      }}
    >
      {item.compared ?? item.value}
    </Door>
  );
}

/** The period's figures against the limits, under one edition or two. */
export function Limits({
  a,
  b,
  comparing,
}: {
  a: PeriodReport;
  b: PeriodReport | undefined;
  comparing: string | null;
}) {
  const t = usePick();
  const other = (item: PeriodItem) => b?.items.find((x) => keyOf(x) === keyOf(item));
  const limits = (item: PeriodItem | undefined) =>
    item ? (
      <>
        <span className="quiet">{item.limit1 ?? "—"}</span> / {item.limit2 ?? "—"}
      </>
    ) : (
      "—"
    );
  const name: ColumnType<PeriodItem>[] = [
    {
      title: t("项目", "Pollutant"),
      className: "nowrap",
      render: (_, item) => (
        <>
          <Pollutant code={item.pollutant} /> <span className="quiet">{statistic(item, t)}</span>
        </>
      ),
    },
  ];
  const single: ColumnType<PeriodItem>[] = [
    {
      title: t("数值", "Value"),
      align: "right",
      className: "tabular",
      render: (_, item) => <Value item={item} report={a} />,
    },
    { title: t("单位", "Unit"), render: (_, item) => <span className="quiet nowrap">{unitText(item.unit)}</span> },
    {
      title: t("限值 一级 / 二级", "Limit I / II"),
      align: "right",
      className: "tabular nowrap",
      render: (_, item) => limits(item),
    },
    { title: t("判定", "Verdict"), className: "nowrap", render: (_, item) => <Verdict item={item} /> },
    {
      title: t("有效天数", "Valid days"),
      align: "right",
      className: "tabular nowrap",
      render: (_, item) => (
        <span className={item.valid ? "" : "invalid"} data-tip={item.reason ? reasonWord(item.reason, t) : undefined}>
          {item.days}
          {item.need != null && <span className="quiet"> / ≥{item.need}</span>}
          {!item.valid && ` ${t("不足", "too few")}`}
        </span>
      ),
    },
    {
      title: t("依据", "Rule"),
      className: "nowrap",
      render: (_, item) => (
        <>
          <Verified mark={item.verification} short /> <span className="quiet">{item.clause}</span>
        </>
      ),
    },
  ];
  const side = (
    letter: string,
    report: PeriodReport | undefined,
    get: (item: PeriodItem) => PeriodItem | undefined,
  ) => ({
    title: (
      <>
        <b>{letter}</b> {editionText(report?.edition ?? comparing ?? "")}
      </>
    ),
    children: [
      {
        title: t("数值", "Value"),
        align: "right" as const,
        className: "tabular",
        render: (_: unknown, item: PeriodItem) => {
          const found = get(item);
          return found && report ? <Value item={found} report={report} /> : "…";
        },
      },
      {
        title: t("限值 一 / 二", "Limit I / II"),
        align: "right" as const,
        className: "tabular nowrap",
        render: (_: unknown, item: PeriodItem) => limits(get(item)),
      },
      {
        title: t("判定", "Verdict"),
        className: "nowrap",
        render: (_: unknown, item: PeriodItem) => {
          const found = get(item);
          return found ? <Verdict item={found} /> : "…";
        },
      },
    ],
  });
  const overall = (report: PeriodReport) =>
    report.class === 1
      ? t("总体达一级", "class I met overall")
      : report.class === 2
        ? t("总体达二级", "class II met overall")
        : report.class === 3
          ? t("总体未达二级", "class II not met overall")
          : t("总体无法判定", "no overall verdict");
  return (
    <Block
      className="limits"
      title={t(`${periodText(a.period, t)}与限值`, `${periodText(a.period, t)} against the limits`)}
      extra={
        <span className="quiet">
          {b && "A "}
          {overall(a)}
          {b && ` | B ${overall(b)}`}
        </span>
      }
    >
      <Table<PeriodItem>
        size="small"
        pagination={false}
        rowKey={keyOf}
        dataSource={a.items}
        columns={comparing ? [...name, side("A", a, (item) => item), side("B", b, other)] : [...name, ...single]}
      />
      {[a, b].map(
        (report, i) =>
          report?.index && <Index key={i === 0 ? "A" : "B"} report={report} letter={b ? (i === 0 ? "A" : "B") : ""} />,
      )}
    </Block>
  );
}

/** The composite index and what it is the sum of. */
function Index({ report, letter }: { report: PeriodReport; letter: string }) {
  const t = usePick();
  const { index } = report;
  if (!index) return null;
  return (
    <p className="index-line">
      {letter && <b>{letter} </b>}
      {t("综合指数", "Composite index")}{" "}
      <Door
        finding={index.finding}
        facts={{
          period: report.period,
          edition: report.edition,
          status: report.status,
          verification: index.verification,
        }}
      >
        {index.value}
      </Door>{" "}
      <Verified mark={index.verification} short />
      <span className="terms">
        {index.terms.map((term, i) => (
          <span key={term.pollutant} className={index.leading.includes(term.pollutant) ? "leading" : ""}>
            {i === 0 ? "= " : "+ "}
            <Pollutant code={term.pollutant} /> {term.term ?? "—"}
          </span>
        ))}
      </span>
    </p>
  );
}
