import type { PeriodReport } from "../../api/schema";
import { usePick } from "../../lib/lang";
import { unitText } from "../../lib/words";
import { Door } from "../../parts/door";
import { Pollutant } from "../../parts/names";
import { Block } from "../../parts/page";

/** What the rest of the period may have and still meet the target. */
export function Room({ report }: { report: PeriodReport }) {
  const t = usePick();
  const { room } = report;
  if (!room) return null;
  const kind = (code: string) => (code === "class-II" ? t("二级限值", "class II limit") : code);
  const finding = (pollutant: string) =>
    report.items.find((item) => item.pollutant === pollutant && item.statistic === "mean")?.finding;
  return (
    <Block
      className="room"
      title={t("还剩多少空间", "Room left")}
      extra={<span className="quiet">{t(`还有 ${room.days_left} 天`, `${room.days_left} days left`)}</span>}
    >
      <table className="sheet">
        <thead>
          <tr>
            <th>{t("项目", "Pollutant")}</th>
            <th className="right">{t("目标", "Target")}</th>
            <th className="right">{t("至今均值", "Mean so far")}</th>
            <th className="right">{t("余下均值上限", "Rest may average")}</th>
          </tr>
        </thead>
        <tbody>
          {room.items.map((item) => (
            <tr key={item.pollutant}>
              <td>
                <Pollutant code={item.pollutant} />
              </td>
              <td className="right tabular" data-tip={kind(item.target_kind)}>
                {item.target}
              </td>
              <td className="right tabular">
                <Door
                  finding={finding(item.pollutant)}
                  facts={{ unit: "ug/m3", period: report.period, edition: report.edition, status: report.status }}
                >
                  {item.so_far}
                </Door>
              </td>
              <td className="right tabular">
                {item.met === false ? (
                  <span className="verdict over">{t("已无法达到", "out of reach")}</span>
                ) : item.met === true ? (
                  <span className="verdict met">{t("已经达到", "met")}</span>
                ) : (
                  <b>
                    {item.room ?? "—"} <small className="quiet">{unitText("ug/m3")}</small>
                  </b>
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {room.good_target != null && room.good_needed != null && (
        <p>
          {room.good_needed <= 0
            ? t(
                `优良天数 ${room.good_days}，已达到目标 ${room.good_target}。`,
                `${room.good_days} good days: the target of ${room.good_target} is met.`,
              )
            : room.good_needed > room.days_left
              ? t(
                  `优良天数 ${room.good_days}，目标 ${room.good_target} 还差 ${room.good_needed} 天，只剩 ${room.days_left} 天，已无法达到。`,
                  `${room.good_days} good days; ${room.good_needed} more are needed for ${room.good_target} but only ${room.days_left} days are left.`,
                )
              : t(
                  `优良天数 ${room.good_days}，目标 ${room.good_target}，余下 ${room.days_left} 天中还需 ${room.good_needed} 天优良。`,
                  `${room.good_days} good days; ${room.good_needed} of the remaining ${room.days_left} must be good to reach ${room.good_target}.`,
                )}
        </p>
      )}
    </Block>
  );
}
