import { useMeta } from "../api/queries";
import { usePick } from "../lib/lang";
import { spanOf } from "../lib/period";
import { isMixed, isProvisional, statusWord, verificationWord } from "../lib/words";

const SIGNS: Record<string, string> = { verified: "✓", "one-source": "◐", unverified: "?" };

/** The verification mark of a rule: a sign and a word. */
export function Verified({ mark, short }: { mark: string; short?: boolean }) {
  const t = usePick();
  const word = verificationWord(mark, t);
  const tips: Record<string, string> = {
    verified: t("两个独立来源一致", "Two independent sources agree"),
    "one-source": t("只有一个来源", "One source only"),
    unverified: t("凭记忆或推断，使用前须核对", "From memory or inferred; check before relying on it"),
  };
  return (
    <span className={`verified verified-${mark}`} data-tip={`${word}${t("：", ": ")}${tips[mark] ?? ""}`}>
      <span aria-hidden={!short}>{SIGNS[mark] ?? "·"}</span>
      {short ? <span className="sr">{word}</span> : ` ${word}`}
    </span>
  );
}

/** The status of the data behind a figure. */
export function Status({ status }: { status: string | null | undefined }) {
  const t = usePick();
  if (!status) return null;
  const look = isMixed(status) ? "status-mixed" : isProvisional(status) ? "status-provisional" : "";
  return (
    <span
      className={`status ${look}`}
      data-tip={isMixed(status) ? t("含不同审核状态的数据", "Rests on data of different statuses") : undefined}
    >
      {statusWord(status, t)}
    </span>
  );
}

/** Shown wherever generated demonstration data is on the page. */
export function GeneratedBadge({ show, period }: { show: boolean; period?: string }) {
  const t = usePick();
  const { data: meta } = useMeta();
  if (!show) return null;
  const [first, last] = period ? spanOf(period) : ["0000", "9999"];
  const notes = (meta?.generated ?? [])
    .filter((g) => g.from <= last && g.to >= first)
    .map((g) => `${g.from} – ${g.to}: ${g.note}`);
  return (
    <span className="generated" role="note" data-tip={notes.join("\n") || undefined}>
      {t("演示用生成数据，不是监测结果", "Generated demonstration data, not measurements")}
    </span>
  );
}
