import { Table } from "antd";
import type { ExplainReading, Explanation } from "../api/schema";
import { usePick } from "../lib/lang";
import { instantText } from "../lib/period";
import { isProvisional, reasonWord, unitText } from "../lib/words";
import { Status } from "../parts/marks";
import { Pollutant } from "../parts/names";

/** The readings at the end of the chain, with the values they replaced. */
export function Readings({ readings }: { readings: NonNullable<Explanation["readings"]> }) {
  const t = usePick();
  const { total, rows } = readings;
  return (
    <>
      <h3>
        {t(`读数（${total}）`, `Readings (${total})`)}
        {rows.length < total && (
          <small className="quiet"> {t(`列出前 ${rows.length} 条`, `the first ${rows.length} are listed`)}</small>
        )}
      </h3>
      <Table<ExplainReading>
        size="small"
        pagination={rows.length > 50 ? { pageSize: 50, size: "small", showSizeChanger: false } : false}
        rowKey={(r) => `${r.monitor} ${r.pollutant} ${r.end}`}
        dataSource={rows}
        scroll={{ x: 640 }}
        columns={[
          {
            title: t("时刻（至）", "Hour ending"),
            dataIndex: "end",
            className: "tabular nowrap",
            render: (_, r) => instantText(r.end),
            sorter: (a, b) => a.end.localeCompare(b.end),
          },
          { title: t("监测点", "Monitor"), dataIndex: "monitor" },
          {
            title: t("项目", "Pollutant"),
            dataIndex: "pollutant",
            render: (code: string) => <Pollutant code={code} />,
          },
          {
            title: t("数值", "Value"),
            align: "right",
            className: "tabular",
            render: (_, r) => (
              <>
                <span className={isProvisional(r.status) ? "provisional" : undefined}>
                  {r.value ?? (
                    <span className="missing">{r.reason ? reasonWord(r.reason, t) : t("缺", "missing")}</span>
                  )}
                </span>
                {r.superseded.map((old) => (
                  <del key={old.learned_at} data-tip={`${t("得知于", "Learned at")} ${instantText(old.learned_at)}`}>
                    {old.value ?? t("缺", "missing")}
                  </del>
                ))}
              </>
            ),
          },
          {
            title: t("单位", "Unit"),
            dataIndex: "unit",
            render: (unit: string) => unitText(unit),
            className: "nowrap",
          },
          { title: t("状态", "Status"), render: (_, r) => <Status status={r.status} /> },
          {
            title: t("来源", "Source"),
            render: (_, r) => (
              <span data-tip={`${r.source ?? "—"}\n${t("得知于", "Learned at")} ${instantText(r.learned_at)}`}>
                <span className="source">{r.source ?? "—"}</span>
              </span>
            ),
          },
        ]}
      />
    </>
  );
}
