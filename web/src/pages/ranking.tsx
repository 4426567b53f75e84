import { Button, Checkbox, Popover, Segmented, Table } from "antd";
import type { ColumnType } from "antd/es/table";
import { useState } from "react";
import { Link } from "react-router";
import { usePlaces, useRanking } from "../api/queries";
import type { RankingRow } from "../api/schema";
import { airPath, useFilters, useTo } from "../lib/filters";
import { useLang, usePick } from "../lib/lang";
import { periodText } from "../lib/period";
import { POLLUTANTS, reasonWord } from "../lib/words";
import { Door } from "../parts/door";
import { DustSwitch } from "../parts/dust";
import { GeneratedBadge, Status, Verified } from "../parts/marks";
import { Pollutant, Pollutants } from "../parts/names";
import { Page } from "../parts/page";
import { Failed, Notice, Waiting } from "../parts/states";
import { useSpan } from "../shell/filters";

type Column = ColumnType<RankingRow> & {
  key: string;
  words: string;
  text: (row: RankingRow) => string | number | null | undefined;
};

const HIDDEN = ["SO2", "NO2", "CO", "index_before", "status"];

/** Missing numbers sort after all others. */
const numeric = (get: (row: RankingRow) => string | number | null | undefined) => (a: RankingRow, b: RankingRow) => {
  const [x, y] = [get(a), get(b)];
  return (x == null ? Number.POSITIVE_INFINITY : Number(x)) - (y == null ? Number.POSITIVE_INFINITY : Number(y)) || 0;
};

function useColumns(): Column[] {
  const t = usePick();
  const lang = useLang();
  const to = useTo();
  const { params } = useFilters();
  const { data: places } = usePlaces();
  const period = useSpan("month") ?? "";
  const name = (row: RankingRow) => (lang === "en" && places?.find((p) => p.id === row.place)?.name_en) || row.name;
  const door = (row: RankingRow, value: string | null | undefined, unit?: string) => (
    <Door
      finding={row.finding}
      facts={{
        unit,
        period,
        edition: params.get("edition"),
        status: row.status,
        verification: row.verification,
        generated: row.generated,
        reason: value == null ? row.reason : null,
      }}
    >
      {value}
    </Door>
  );
  const number = (
    key: string,
    words: string,
    get: (row: RankingRow) => string | null | undefined,
    unit?: string,
  ): Column => ({
    key,
    words,
    title: words,
    align: "right",
    className: "tabular",
    text: get,
    sorter: numeric(get),
    render: (_, row) => door(row, get(row), unit),
  });
  return [
    {
      key: "rank",
      words: t("名次", "Rank"),
      title: t("名次", "Rank"),
      align: "right",
      className: "tabular",
      width: 72,
      text: (row) => row.rank,
      sorter: numeric((row) => row.rank),
      defaultSortOrder: "ascend",
      render: (_, row) => row.rank ?? <span className="missing">{row.reason ? reasonWord(row.reason, t) : "—"}</span>,
    },
    {
      key: "name",
      words: t("地点", "Place"),
      title: t("地点", "Place"),
      className: "nowrap",
      text: name,
      sorter: (a, b) => name(a).localeCompare(name(b), lang === "zh" ? "zh-CN" : "en"),
      render: (_, row) => <Link to={to(airPath(row.place), { period })}>{name(row)}</Link>,
    },
    number("index", t("综合指数", "Index"), (row) => row.index),
    number("index_before", t("上年同期", "Year before"), (row) => row.index_before),
    {
      ...number("change", t("变化率 %", "Change %"), (row) => row.change),
      render: (_, row) =>
        row.change == null ? (
          <span className="quiet">—</span>
        ) : (
          <span className={Number(row.change) > 0 ? "worse" : "better"}>
            {Number(row.change) > 0 ? "▲ +" : Number(row.change) < 0 ? "▼ " : ""}
            {row.change}
          </span>
        ),
    },
    {
      key: "change_rank",
      words: t("改善名次", "Change rank"),
      title: t("改善名次", "Change rank"),
      align: "right",
      className: "tabular",
      text: (row) => row.change_rank,
      sorter: numeric((row) => row.change_rank),
      render: (_, row) => row.change_rank ?? <span className="quiet">—</span>,
    },
    {
      key: "leading",
      words: t("最大指数项", "Largest term"),
      title: t("最大指数项", "Largest term"),
      text: (row) => row.leading.join(t("、", ", ")),
      render: (_, row) => <Pollutants codes={row.leading} />,
    },
    number("good_ratio", t("优良率 %", "Good days %"), (row) => row.good_ratio, "%"),
    ...POLLUTANTS.map((code) => ({
      ...number(code, code, (row) => row.values[code], code === "CO" ? "mg/m3" : "ug/m3"),
      title: <Pollutant code={code} />,
    })),
    {
      key: "status",
      words: t("数据状态", "Data status"),
      title: t("数据状态", "Data status"),
      text: (row) => row.status,
      render: (_, row) => <Status status={row.status} />,
    },
  ];
}

/** Who did how well in a period, and who improved. */
export default function Ranking() {
  const t = usePick();
  const lang = useLang();
  const to = useTo();
  const { params, common, set } = useFilters();
  const { data: places } = usePlaces();
  const period = useSpan("month") ?? null;
  const of = params.get("of") ?? "district";
  const ranking = useRanking(period, of, common);
  const columns = useColumns();
  const [sorted, setSorted] = useState<RankingRow[] | null>(null);
  const [copied, setCopied] = useState<"" | "yes" | "no">("");

  const asked = params.get("cols")?.split(",");
  const shown = columns.filter((c) => (asked ? asked.includes(c.key) : !HIDDEN.includes(c.key)));
  const query = new URLSearchParams({ period: period ?? "", of, ...common });

  if (ranking.failure)
    return (
      <Failed
        failure={ranking.failure}
        action={
          <Button type="primary" onClick={() => set({ period: null })}>
            {t("看有数据的最后一月", "Show the newest month with data")}
          </Button>
        }
      />
    );
  if (!ranking.data || !period) return <Waiting what={t("正在计算排名…", "Working out the ranking…")} rows={12} />;
  const { rows, rule, ties } = ranking.data;
  const ranked = rows.filter((row) => row.rank != null);
  const first = ranked.filter((row) => row.rank === 1);
  const worst = ranked.reduce<RankingRow | undefined>((a, b) => ((b.rank ?? 0) > (a?.rank ?? 0) ? b : a), undefined);
  const name = (row: RankingRow) => (lang === "en" && places?.find((p) => p.id === row.place)?.name_en) || row.name;

  const copyTable = async () => {
    const order =
      sorted ?? [...rows].sort((a, b) => (a.rank ?? Number.MAX_SAFE_INTEGER) - (b.rank ?? Number.MAX_SAFE_INTEGER));
    const lines = [shown.map((c) => c.words), ...order.map((row) => shown.map((c) => c.text(row) ?? ""))];
    try {
      await navigator.clipboard.writeText(lines.map((line) => line.join("\t")).join("\n"));
      setCopied("yes");
    } catch {
      setCopied("no");
    }
  };
  return (
    <Page
      busy={ranking.loading}
      sentence={
        ranked.length === 0
          ? t(`${periodText(period, t)}没有可以排名的地点。`, `No place can be ranked for ${periodText(period, t)}.`)
          : t(
              `${periodText(period, t)}：${first.map(name).join("、")}最好（综合指数 ${first[0]?.index}），${worst ? name(worst) : ""}最差（${worst?.index}），共 ${ranked.length} 个参与排名。`,
              `${periodText(period, t)}: ${first.map(name).join(", ")} best (composite index ${first[0]?.index}), ${worst ? name(worst) : ""} worst (${worst?.index}); ${ranked.length} ranked.`,
            )
      }
      marks={
        <>
          <GeneratedBadge show={rows.some((row) => row.generated)} period={period} />
          {rule && (
            <span className="rule-line">
              <Link to={to(`/rules/${encodeURIComponent(rule.id)}`)}>
                {rule.document} {rule.clause}
              </Link>{" "}
              <Verified mark={rule.verification} />
            </span>
          )}
          <span className="quiet">
            {ties === "competition"
              ? t("同分并列，其后名次顺延（1、1、3）", "Equal scores share a rank, the next is skipped (1, 1, 3)")
              : ties}
          </span>
        </>
      }
    >
      <div className="toolbar">
        <Segmented
          aria-label={t("级别", "Level")}
          value={of}
          options={[
            { value: "district", label: t("区市", "Districts") },
            { value: "city", label: t("城市", "Cities") },
            { value: "station", label: t("站点", "Stations") },
          ]}
          onChange={(next) => set({ of: next === "district" ? null : next })}
        />
        <DustSwitch />
        <span className="push" />
        <Popover
          trigger="click"
          placement="bottomRight"
          content={
            <Checkbox.Group
              className="column-choice"
              value={shown.map((c) => c.key)}
              options={columns.map((c) => ({ value: c.key, label: c.words, disabled: c.key === "name" }))}
              onChange={(keys) =>
                set(
                  {
                    cols: columns
                      .filter((c) => keys.includes(c.key))
                      .map((c) => c.key)
                      .join(","),
                  },
                  { replace: true },
                )
              }
            />
          }
        >
          <Button>{t("列", "Columns")}</Button>
        </Popover>
        <Button onClick={copyTable} aria-live="polite">
          {copied === "yes"
            ? t("已复制", "Copied")
            : copied === "no"
              ? t("浏览器不允许复制", "The browser refused")
              : t("复制表格", "Copy table")}
        </Button>
        <Button type="primary" href={`/api/v1/air/ranking.xlsx?${query}`} download>
          {t("导出 Excel", "Export Excel")}
        </Button>
      </div>
      {rows.length === 0 ? (
        <Notice
          title={t("这个级别没有地点", "There is no place at this level")}
          why={t("换一个级别看看。", "Try another level.")}
          action={<Button onClick={() => set({ of: "station" })}>{t("看站点", "Show stations")}</Button>}
        />
      ) : (
        <Table<RankingRow>
          key={of}
          size="small"
          sticky={{ offsetHeader: 0 }}
          pagination={false}
          rowKey="place"
          dataSource={rows}
          columns={shown}
          tableLayout="auto"
          virtual={rows.length > 200}
          {...(rows.length > 200 ? { scroll: { y: 520, x: 1000 } } : { scroll: { x: "max-content" } })}
          onChange={(_, __, ___, extra) => {
            setSorted([...extra.currentDataSource]);
            setCopied("");
          }}
        />
      )}
    </Page>
  );
}
