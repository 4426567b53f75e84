import { Button, Table } from "antd";
import { useImports, useQuarantine } from "../api/queries";
import type { ImportSummary, QuarantineRow } from "../api/schema";
import { useFilters } from "../lib/filters";
import { usePick } from "../lib/lang";
import { instantText } from "../lib/period";
import { Block, Page } from "../parts/page";
import { Failed, Notice, Waiting } from "../parts/states";

const LIMIT = 1000;
const count = (n: number) => n.toLocaleString("en-US");

function Quarantine({ item }: { item: ImportSummary }) {
  const t = usePick();
  const rows = useQuarantine(item.id, LIMIT);
  return (
    <Block
      title={t(`隔离的行：${item.file}`, `Rows in quarantine: ${item.file}`)}
      extra={
        item.rejected > LIMIT && (
          <span className="quiet">{t(`列出前 ${LIMIT} 行`, `the first ${LIMIT} rows are listed`)}</span>
        )
      }
    >
      {rows.failure ? (
        <Failed failure={rows.failure} retry={rows.retry} />
      ) : !rows.data || rows.loading ? (
        <Waiting what={t("正在读取隔离的行…", "Reading the quarantine…")} />
      ) : rows.data.length === 0 ? (
        <p className="quiet">
          {t("这个文件的每一行都被接收，没有隔离。", "Every row of this file was taken; nothing is in quarantine.")}
        </p>
      ) : (
        <Table<QuarantineRow>
          size="small"
          rowKey={(r) => `${r.row} ${r.field} ${r.reason}`}
          dataSource={rows.data}
          pagination={rows.data.length > 50 ? { pageSize: 50, showSizeChanger: false } : false}
          columns={[
            {
              title: t("行", "Row"),
              dataIndex: "row",
              align: "right",
              className: "tabular",
              sorter: (a, b) => a.row - b.row,
            },
            { title: t("字段", "Field"), dataIndex: "field", render: (field) => field || "—" },
            {
              title: t("原文", "Text"),
              dataIndex: "text",
              render: (text) => <code className="raw">{text || "—"}</code>,
            },
            { title: t("原因", "Reason"), dataIndex: "reason" },
            { title: t("怎么办", "Remedy"), dataIndex: "remedy" },
          ]}
        />
      )}
    </Block>
  );
}

/** What came in, and what did not. */
export default function Imports() {
  const t = usePick();
  const { params, set } = useFilters();
  const imports = useImports();
  if (imports.failure) return <Failed failure={imports.failure} retry={imports.retry} />;
  if (!imports.data) return <Waiting what={t("正在读取导入记录…", "Reading the imports…")} rows={6} />;
  const list = imports.data;
  if (list.length === 0)
    return (
      <Notice
        title={t("还没有导入过文件", "No file has been imported yet")}
        why={
          <>
            {t("在命令行运行", "Run")} <code>lanwan import FILE</code>{" "}
            {t("，支持 CSV、xlsx、Parquet 和 gzip。", "; CSV, xlsx, Parquet and gzip are recognised.")}
          </>
        }
        action={<Button onClick={imports.retry}>{t("刷新", "Refresh")}</Button>}
      />
    );
  const sum = (name: "accepted" | "rejected") => list.reduce((total, item) => total + item[name], 0);
  const open =
    list.find((item) => String(item.id) === params.get("import")) ?? list.find((item) => item.rejected > 0) ?? list[0];
  const number = (name: "accepted" | "repeated" | "superseded" | "missing" | "rejected", title: string) => ({
    title,
    dataIndex: name,
    align: "right" as const,
    className: "tabular",
    sorter: (a: ImportSummary, b: ImportSummary) => a[name] - b[name],
    render: (n: number) => (n === 0 ? <span className="quiet">0</span> : count(n)),
  });
  return (
    <Page
      sentence={t(
        `导入 ${list.length} 个文件，接收 ${count(sum("accepted"))} 条读数，隔离 ${count(sum("rejected"))} 行。`,
        `${list.length} files imported: ${count(sum("accepted"))} readings taken, ${count(sum("rejected"))} rows in quarantine.`,
      )}
    >
      <Table<ImportSummary>
        size="small"
        sticky
        tableLayout="auto"
        scroll={{ x: "max-content" }}
        pagination={false}
        rowKey="id"
        dataSource={list}
        rowClassName={(item) => (item === open ? "chosen" : "")}
        onRow={(item) => ({ onClick: () => set({ import: String(item.id) }) })}
        columns={[
          {
            title: t("文件", "File"),
            render: (_, item) => (
              <button type="button" className="door" onClick={() => set({ import: String(item.id) })}>
                {item.file}
              </button>
            ),
            sorter: (a, b) => a.file.localeCompare(b.file),
          },
          {
            title: t("时间", "When"),
            className: "tabular nowrap",
            render: (_, item) => instantText(item.at),
            sorter: (a, b) => a.at.localeCompare(b.at),
          },
          { title: t("格式", "Layout"), dataIndex: "layout" },
          number("accepted", t("接收", "Taken")),
          number("repeated", t("重复", "Repeated")),
          number("superseded", t("更正旧值", "Superseding")),
          number("missing", t("缺测", "Missing")),
          number("rejected", t("隔离", "Quarantined")),
        ]}
      />
      {open && <Quarantine key={open.id} item={open} />}
    </Page>
  );
}
