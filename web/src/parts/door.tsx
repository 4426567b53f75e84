import type { ReactNode } from "react";
import { useFilters } from "../lib/filters";
import { usePick } from "../lib/lang";
import { periodText } from "../lib/period";
import { editionText, isMixed, isProvisional, reasonWord, statusWord, unitText, verificationWord } from "../lib/words";

/** What a number is about; said on hover, and decides how it looks. */
export type Facts = {
  unit?: string | null;
  period?: string | undefined;
  edition?: string | null;
  status?: string | null;
  verification?: string | null;
  generated?: boolean | undefined;
  reason?: string | null;
};

/** The facts as lines for the hover box. */
export function useFactsText() {
  const t = usePick();
  return (facts: Facts) =>
    [
      facts.reason && `${t("缺失原因", "Missing because")}${t("：", ": ")}${reasonWord(facts.reason, t)}`,
      facts.unit && `${t("单位", "Unit")}${t("：", ": ")}${unitText(facts.unit)}`,
      facts.period && `${t("时段", "Period")}${t("：", ": ")}${periodText(facts.period, t)}`,
      facts.edition && `${t("标准版本", "Edition")}${t("：", ": ")}${editionText(facts.edition)}`,
      facts.status && `${t("数据状态", "Data status")}${t("：", ": ")}${statusWord(facts.status, t)}`,
      facts.verification && `${t("规则核实", "Rule check")}${t("：", ": ")}${verificationWord(facts.verification, t)}`,
      facts.generated && t("演示用生成数据", "Generated demonstration data"),
    ]
      .filter(Boolean)
      .join("\n");
}

/**
 * A number that opens the explain drawer. Without a finding it is plain text; without a value it says why.
 * Provisional values are lighter; several statuses together carry a mark.
 */
export function Door({
  finding,
  facts = {},
  children,
  label,
}: {
  finding?: string | null;
  facts?: Facts;
  children?: ReactNode;
  label?: string;
}) {
  const t = usePick();
  const { set } = useFilters();
  const tip = useFactsText()(facts);
  const empty = children == null || children === "";
  const text = empty ? <span className="missing">{facts.reason ? reasonWord(facts.reason, t) : "—"}</span> : children;
  const look = `${isProvisional(facts.status) ? " provisional" : ""}${isMixed(facts.status) ? " mixed" : ""}`;
  if (!finding)
    return (
      <span className={`plain-number${look}`} data-tip={tip || undefined}>
        {text}
      </span>
    );
  return (
    <button
      type="button"
      className={`door${look}`}
      data-tip={`${tip}${tip ? "\n" : ""}${t("点击查看来历", "Click to see where it comes from")}`}
      aria-label={label}
      onClick={(event) => {
        event.stopPropagation();
        set({ explain: finding });
      }}
    >
      {text}
      {isMixed(facts.status) && <sup aria-hidden="true">±</sup>}
    </button>
  );
}
