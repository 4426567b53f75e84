import type { AirValue } from "../../api/schema";
import { CalendarChart } from "../../charts/calendar";
import { usePick } from "../../lib/lang";
import { editionText } from "../../lib/words";
import { LevelLegend } from "../../parts/names";
import { Block } from "../../parts/page";
import { Waiting } from "../../parts/states";

type Side = { edition: string; days: AirValue[] | undefined };

/** The year's days under one edition, or under two, day above day. */
export function Calendars({
  year,
  span,
  chosen,
  onDay,
  a,
  b,
}: {
  year: string;
  span: [string, string];
  chosen: string;
  onDay: (day: string) => void;
  a: Side;
  b: Side | undefined;
}) {
  const t = usePick();
  const sides: [string, Side][] = b
    ? [
        ["A", a],
        ["B", b],
      ]
    : [["", a]];
  const changed =
    b?.days && a.days
      ? a.days.filter((day, i) => day.period >= span[0] && day.period <= span[1] && day.level !== b.days?.[i]?.level)
          .length
      : 0;
  return (
    <Block
      title={t("每日 AQI 日历", "Calendar of daily AQI")}
      extra={
        <>
          {b?.days && (
            <strong>
              {t(`两版级别不同的有 ${changed} 天`, `${changed} days have another level under the other edition`)}
            </strong>
          )}
          <LevelLegend />
        </>
      }
    >
      {sides.map(([letter, side]) => (
        <div className="calendar-side" key={letter} data-side={letter || "A"}>
          {letter && (
            <p className="side-name">
              <b>{letter}</b> {editionText(side.edition)}
            </p>
          )}
          {side.days ? (
            <CalendarChart
              year={year}
              days={side.days}
              inside={span}
              chosen={chosen}
              onDay={onDay}
              describe={t(
                `${year} 年每日 AQI 级别日历 ${side.edition}`,
                `Calendar of daily AQI levels of ${year}, ${side.edition}`,
              )}
            />
          ) : (
            <Waiting what={t("正在按另一版标准评价…", "Judging under the other edition…")} />
          )}
        </div>
      ))}
      <p className="quiet caption">
        {t(
          "格中数字为级别（1 优 – 6 严重污染）；浅色为未审核数据；斜线为缺测，原因见悬停；右上角褐色为沙尘日。点击某天看小时。",
          "The digit is the level (1 excellent – 6 severe); lighter cells are provisional; hatched days are missing, hover for the reason; a brown corner is a dust day. Click a day for its hours.",
        )}
      </p>
    </Block>
  );
}
