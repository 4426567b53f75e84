import { Link, useParams } from "react-router";
import { useRulebook } from "../api/queries";
import { useTo } from "../lib/filters";
import { usePick } from "../lib/lang";
import { Verified } from "../parts/marks";
import { Block, Page } from "../parts/page";
import { Failed, Waiting } from "../parts/states";

/** One rulebook: what it is, since when, from which sources, and its text as Lanwan reads it. */
export default function Rule() {
  const { ruleId = "" } = useParams();
  const t = usePick();
  const to = useTo();
  const rule = useRulebook(ruleId);
  if (rule.failure)
    return (
      <Failed failure={rule.failure} action={<Link to={to("/rules")}>{t("回到规则列表", "Back to the list")}</Link>} />
    );
  const r = rule.data;
  if (!r || rule.loading) return <Waiting what={t("正在读取规则…", "Reading the rulebook…")} rows={8} />;
  return (
    <Page sentence={`${r.document} ${t(r.title, r.title_en ?? r.title)}`} marks={<Verified mark={r.verification} />}>
      <div className="columns wide-left">
        <Block title={t("规则文本（TOML）", "The rule file (TOML)")}>
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling text must be reachable by keyboard */}
          <pre className="toml" tabIndex={0}>
            {r.toml}
          </pre>
        </Block>
        <div>
          <Block title={t("要点", "At a glance")}>
            <dl className="explain-facts">
              <dt>{t("编号", "Id")}</dt>
              <dd>
                <code>{r.id}</code>
              </dd>
              <dt>{t("主题", "Topic")}</dt>
              <dd>{r.topic}</dd>
              <dt>{t("地区", "Region")}</dt>
              <dd>{r.region ?? "—"}</dd>
              <dt>{t("版本", "Edition")}</dt>
              <dd>{r.edition ?? "—"}</dd>
              <dt>{t("有效期", "In force")}</dt>
              <dd className="tabular">
                {r.from} – {r.to ?? t("至今", "now")}
              </dd>
              <dt>{t("校验值", "Hash")}</dt>
              <dd>
                <code className="hash-long">{r.hash}</code>
              </dd>
            </dl>
          </Block>
          <Block title={t("来源", "Sources")}>
            {r.sources.length === 0 ? (
              <p className="quiet">{t("文件没有写来源。", "The file names no source.")}</p>
            ) : (
              <ul className="plain-list">
                {r.sources.map((source) => (
                  <li key={source}>{source}</li>
                ))}
              </ul>
            )}
          </Block>
          {r.notes && (
            <Block title={t("说明", "Notes")}>
              <p className="notes">{r.notes}</p>
            </Block>
          )}
        </div>
      </div>
    </Page>
  );
}
