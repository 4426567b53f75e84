import type { PeriodReport } from "../../api/schema";
import { useLang, usePick } from "../../lib/lang";
import { LEVELS, levelName } from "../../lib/levels";
import { editionText, reasonWord } from "../../lib/words";
import { Door } from "../../parts/door";
import { Pollutant } from "../../parts/names";
import { Block } from "../../parts/page";

/** The days of a period by level, as one bar with its numbers in words. */
function Bar({ report, letter }: { report: PeriodReport; letter: string }) {
  const t = usePick();
  const lang = useLang();
  const { days } = report;
  const missing = Math.max(0, days.total - days.valid);
  const width = (n: number) => `${(n / Math.max(1, days.total)) * 100}%`;
  return (
    <div className="level-days" data-side={letter || "A"}>
      {letter && (
        <p className="side-name">
          <b>{letter}</b> {editionText(report.edition)}
        </p>
      )}
      <div className="level-bar" aria-hidden="true">
        {LEVELS.map((level, i) => {
          const n = days.by_level[i] ?? 0;
          return n > 0 && <i key={level.level} style={{ width: width(n), background: level.colour }} />;
        })}
        {missing > 0 && <i className="hatch" style={{ width: width(missing) }} />}
      </div>
      <ul className="level-counts">
        {LEVELS.map((level, i) => (
          <li key={level.level}>
            <i style={{ background: level.colour }} />
            {levelName(level, lang)}
            <b>{days.by_level[i] ?? 0}</b>
          </li>
        ))}
        <li>
          <i className="hatch" />
          {t("缺测", "Missing")}
          <b>{missing}</b>
        </li>
      </ul>
    </div>
  );
}

/** Days by level, the ratios with their dust treatment, and whose days they were. */
export function DaysByLevel({ a, b }: { a: PeriodReport; b: PeriodReport | undefined }) {
  const t = usePick();
  const facts = (r: PeriodReport, unit: string) => ({
    unit,
    period: r.period,
    edition: r.edition,
    status: r.status,
    verification: r.verification,
    generated: r.generated,
  });
  const pair = (get: (r: PeriodReport) => string | number | null | undefined, unit: string) => (
    <>
      <Door finding={a.finding} facts={facts(a, unit)}>
        {get(a)}
      </Door>
      {b && (
        <>
          <span className="quiet"> | </span>
          <Door finding={b.finding} facts={facts(b, unit)}>
            {get(b)}
          </Door>
        </>
      )}
    </>
  );
  const dust = a.days.excluded_dust
    ? t(`已剔除 ${a.days.dust_days} 个沙尘日`, `dust days left out: ${a.days.dust_days}`)
    : t(`含 ${a.days.dust_days} 个沙尘日`, `dust days counted: ${a.days.dust_days}`);
  return (
    <Block title={t("按级别的天数", "Days by level")} extra={<span className="quiet">{dust}</span>}>
      <Bar report={a} letter={b ? "A" : ""} />
      {b && <Bar report={b} letter="B" />}
      <dl className="figures">
        <div>
          <dt>{t("优良天数", "Good days")}</dt>
          <dd>{pair((r) => r.days.good, t("天", "days"))}</dd>
        </div>
        <div>
          <dt>{t("优良率 %", "Good days %")}</dt>
          <dd>{pair((r) => r.days.good_ratio, "%")}</dd>
        </div>
        <div>
          <dt>{t("重污染天数", "Heavy days")}</dt>
          <dd>{pair((r) => r.days.heavy, t("天", "days"))}</dd>
        </div>
        <div>
          <dt>{t("有效天数", "Valid days")}</dt>
          <dd>
            {a.days.valid}
            <small className="quiet"> / {a.days.total}</small>
          </dd>
        </div>
      </dl>
      {a.missing_days.length > 0 && (
        <p className="primary-days">
          <span className="quiet">{t("缺测的原因", "Why days are missing")}</span>
          {[...new Set(a.missing_days.map((m) => m.reason))].map((reason) => {
            const days = a.missing_days.filter((m) => m.reason === reason);
            return (
              <span key={reason} data-tip={days.map((m) => m.day).join(" ")}>
                {reasonWord(reason, t)} <b>{days.length}</b>
              </span>
            );
          })}
        </p>
      )}
      {a.days.primary.length > 0 && (
        <p className="primary-days">
          <span className="quiet">{t("首要污染物天数", "Days as primary pollutant")}</span>
          {a.days.primary.map((p) => (
            <span key={p.pollutant}>
              <Pollutant code={p.pollutant} /> <b>{p.days}</b>
            </span>
          ))}
        </p>
      )}
    </Block>
  );
}
