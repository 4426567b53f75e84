import { Table } from "antd";
import { Link } from "react-router";
import { useRulebooks } from "../api/queries";
import type { Rulebook } from "../api/schema";
import { useTo } from "../lib/filters";
import { usePick } from "../lib/lang";
import { Verified } from "../parts/marks";
import { Page } from "../parts/page";
import { Failed, Waiting } from "../parts/states";

/** Which rules are in force, since when, and how far they have been checked. */
export default function Rules() {
  const t = usePick();
  const to = useTo();
  const rules = useRulebooks();
  if (rules.failure) return <Failed failure={rules.failure} retry={rules.retry} />;
  if (!rules.data) return <Waiting what={t("正在读取规则…", "Reading the rulebooks…")} rows={8} />;
  const today = new Date().toISOString().slice(0, 10);
  const inForce = (r: Rulebook) => r.from <= today && (r.to == null || r.to >= today);
  const current = rules.data.filter(inForce).length;
  const open = rules.data.filter((r) => r.verification !== "verified").length;
  const column = (name: "topic" | "region" | "from") => ({
    dataIndex: name,
    sorter: (a: Rulebook, b: Rulebook) => (a[name] ?? "").localeCompare(b[name] ?? ""),
  });
  return (
    <Page
      sentence={t(
        `共 ${rules.data.length} 部规则，今天有效 ${current} 部；${open} 部尚未由两个来源核实。`,
        `${rules.data.length} rulebooks, ${current} in force today; ${open} not yet checked against two sources.`,
      )}
    >
      <Table<Rulebook>
        size="small"
        sticky
        tableLayout="auto"
        scroll={{ x: "max-content" }}
        pagination={false}
        rowKey="id"
        dataSource={rules.data}
        rowClassName={(r) => (inForce(r) ? "" : "not-in-force")}
        columns={[
          {
            title: t("文件", "Document"),
            render: (_, r) => <Link to={to(`/rules/${encodeURIComponent(r.id)}`)}>{r.document}</Link>,
            sorter: (a, b) => a.document.localeCompare(b.document),
            className: "nowrap",
          },
          { title: t("名称", "Title"), render: (_, r) => t(r.title, r.title_en ?? r.title) },
          { title: t("主题", "Topic"), ...column("topic") },
          { title: t("地区", "Region"), ...column("region"), render: (region) => region ?? "—" },
          {
            title: t("有效期", "In force"),
            ...column("from"),
            className: "tabular nowrap",
            render: (_, r) => `${r.from} – ${r.to ?? t("至今", "now")}`,
          },
          {
            title: t("今天", "Today"),
            render: (_, r) =>
              inForce(r) ? t("有效", "in force") : r.from > today ? t("未生效", "not yet") : t("已失效", "ended"),
            className: "nowrap",
          },
          { title: t("核实", "Check"), render: (_, r) => <Verified mark={r.verification} />, className: "nowrap" },
        ]}
      />
    </Page>
  );
}
