import { Button, Drawer } from "antd";
import { useState } from "react";
import { Link, useLocation, useNavigate } from "react-router";
import { useExplanation } from "../api/queries";
import type { Explanation, RuleRef } from "../api/schema";
import { useFilters, useTo } from "../lib/filters";
import { type Pick, usePick } from "../lib/lang";
import { instantText, periodText } from "../lib/period";
import { editionText, unitText } from "../lib/words";
import { Status, Verified } from "../parts/marks";
import { Pollutant } from "../parts/names";
import { Failed, Waiting } from "../parts/states";
import { Readings } from "./readings";

/** Copies text; false when the browser refuses (no secure context). */
async function copy(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
}

/** A rule as document, clause and mark, linked to the rulebook's text. */
function Rule({ rule }: { rule: RuleRef }) {
  const t = usePick();
  const to = useTo();
  return (
    <span className="rule-ref">
      <Link to={to(`/rules/${encodeURIComponent(rule.id)}`)} data-tip={t(rule.title, rule.title_en ?? rule.title)}>
        {rule.document}{" "}
        {/^[\d.]+$/.test(rule.clause) ? t(`第 ${rule.clause} 条`, `clause ${rule.clause}`) : rule.clause}
      </Link>{" "}
      <Verified mark={rule.verification} />
    </span>
  );
}

function Body({ found, go }: { found: Explanation; go: (finding: string) => void }) {
  const t = usePick();
  return (
    <>
      <dl className="explain-facts">
        {found.period && (
          <>
            <dt>{t("时段", "Period")}</dt>
            <dd>{periodText(found.period, t)}</dd>
          </>
        )}
        {found.edition && (
          <>
            <dt>{t("标准版本", "Edition")}</dt>
            <dd>{editionText(found.edition)}</dd>
          </>
        )}
        {found.as_of && (
          <>
            <dt>{t("截至", "As of")}</dt>
            <dd>{instantText(found.as_of)}</dd>
          </>
        )}
        <dt>{t("规则核实", "Rule check")}</dt>
        <dd>
          <Verified mark={found.verification} />
        </dd>
        {found.status && (
          <>
            <dt>{t("数据状态", "Data status")}</dt>
            <dd>
              <Status status={found.status} />
            </dd>
          </>
        )}
        <dt>{t("重算", "Recomputed")}</dt>
        <dd>
          {found.reproduced
            ? t("与本结论一致", "comes out the same")
            : t("与本结论不一致，请核查", "does not come out the same; check it")}
        </dd>
      </dl>
      {found.generated && (
        <p>
          <span className="generated">
            {t("演示用生成数据，不是监测结果", "Generated demonstration data, not measurements")}
          </span>
        </p>
      )}
      <h3>{t("结果", "Result")}</h3>
      <ul className="explain-result">
        {found.result.map((r) => (
          <li key={r.name}>
            <span className="quiet">{t(r.name, r.name_en ?? r.name)}</span>
            <strong>
              {r.value ?? t("缺", "missing")} <small>{unitText(r.unit)}</small>
            </strong>
          </li>
        ))}
      </ul>
      {found.steps.length > 0 && (
        <>
          <h3>{t("怎么算出来的", "How it was worked out")}</h3>
          <ol className="explain-steps">
            {found.steps.map((step, i) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: steps have an order and no other identity
              <li key={i}>
                {t(step.text, step.text_en ?? step.text)}
                {step.rule && <Rule rule={step.rule} />}
              </li>
            ))}
          </ol>
        </>
      )}
      {found.rules.length > 0 && (
        <>
          <h3>{t("依据", "Rules")}</h3>
          <table className="sheet">
            <thead>
              <tr>
                <th>{t("文件与条款", "Document and clause")}</th>
                <th>{t("版本", "Edition")}</th>
                <th>{t("名称", "Title")}</th>
              </tr>
            </thead>
            <tbody>
              {found.rules.map((rule) => (
                <tr key={`${rule.id} ${rule.clause}`}>
                  <td>
                    <Rule rule={rule} />
                  </td>
                  <td>{rule.edition ? editionText(rule.edition) : "—"}</td>
                  <td>
                    {t(rule.title, rule.title_en ?? rule.title)}
                    <code className="hash" data-tip={rule.hash}>
                      {rule.hash.slice(0, 10)}
                    </code>
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </>
      )}
      {found.inputs.length > 0 && <Inputs found={found} go={go} />}
      {found.readings && found.readings.total > 0 && <Readings readings={found.readings} />}
    </>
  );
}

const FEW = 40;

function Inputs({ found, go }: { found: Explanation; go: (finding: string) => void }) {
  const t = usePick();
  const [all, setAll] = useState(false);
  const shown = all ? found.inputs : found.inputs.slice(0, FEW);
  return (
    <>
      <h3>{t(`所据结论（${found.inputs.length}）`, `Findings it rests on (${found.inputs.length})`)}</h3>
      <ul className="explain-inputs">
        {shown.map((input) => (
          <li key={input.finding}>
            <button type="button" className="door" onClick={() => go(input.finding)}>
              <span>{t(input.title, input.title_en ?? input.title)}</span>
              <span className="tabular">{input.value ?? t("缺", "missing")}</span>
            </button>
          </li>
        ))}
      </ul>
      {shown.length < found.inputs.length && (
        <Button size="small" onClick={() => setAll(true)}>
          {t(`显示全部 ${found.inputs.length} 项`, `Show all ${found.inputs.length}`)}
        </Button>
      )}
    </>
  );
}

const titleOf = (found: Explanation | undefined, t: Pick) =>
  found ? t(found.title, found.title_en ?? found.title) : t("这个数从哪来", "Where this number comes from");

/** value → rule and clause → inputs → readings, at a permanent address. */
export default function ExplainDrawer({ id }: { id: string }) {
  const t = usePick();
  const { set } = useFilters();
  const location = useLocation();
  const navigate = useNavigate();
  const answer = useExplanation(id);
  const [copied, setCopied] = useState<"" | "yes" | "no">("");
  const depth = (location.state as { explainDepth?: number } | null)?.explainDepth ?? 0;
  const found = answer.loading ? undefined : answer.data;

  const go = (finding: string) => {
    const next = new URLSearchParams(location.search);
    next.set("explain", finding);
    setCopied("");
    navigate({ pathname: location.pathname, search: `?${next}` }, { state: { explainDepth: depth + 1 } });
  };
  return (
    <Drawer
      open
      mask={false}
      size={560}
      rootClassName="explain-drawer"
      onClose={() => set({ explain: null })}
      title={
        <span className="explain-title">
          {depth > 0 && (
            <Button size="small" onClick={() => navigate(-1)}>
              ‹ {t("返回上一层", "Back")}
            </Button>
          )}
          <PollutantTitle text={titleOf(found, t)} />
        </span>
      }
      extra={
        <span className="explain-tools">
          <Button
            size="small"
            onClick={async () => setCopied((await copy(window.location.href)) ? "yes" : "no")}
            aria-live="polite"
          >
            {copied === "yes"
              ? t("已复制", "Copied")
              : copied === "no"
                ? t("请从地址栏复制", "Copy from the address bar")
                : t("复制链接", "Copy link")}
          </Button>
          <Button size="small" onClick={() => window.print()}>
            {t("打印", "Print")}
          </Button>
        </span>
      }
    >
      {answer.failure ? (
        <Failed failure={answer.failure} retry={answer.retry} />
      ) : found ? (
        <Body found={found} go={go} />
      ) : (
        <Waiting what={t("正在沿着引用追溯…", "Walking back along the references…")} rows={10} />
      )}
      <p className="print-address">{window.location.href}</p>
    </Drawer>
  );
}

/** Sets the pollutant symbols inside a title properly. */
function PollutantTitle({ text }: { text: string }) {
  return (
    <>
      {text.split(/(PM2\.5|PM10|SO2|NO2|\bO3)/).map((part, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: parts of one text in order
        <span key={i}>{/^(PM|SO|NO|O)/.test(part) ? <Pollutant code={part} /> : part}</span>
      ))}
    </>
  );
}
