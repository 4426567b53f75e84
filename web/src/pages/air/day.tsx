import { useAirHours, useMeta } from "../../api/queries";
import type { AirValue } from "../../api/schema";
import { Curve } from "../../charts/curves";
import { useFilters } from "../../lib/filters";
import { useLang, usePick } from "../../lib/lang";
import { levelName, levelOf, levelOfIndex } from "../../lib/levels";
import { averagingWord, reasonWord, unitText } from "../../lib/words";
import { DayPicker } from "../../parts/day-picker";
import { Door } from "../../parts/door";
import { Status } from "../../parts/marks";
import { ModeSwitch } from "../../parts/mode";
import { LevelTag, Pollutant, Pollutants } from "../../parts/names";
import { Block } from "../../parts/page";
import { Failed, Waiting } from "../../parts/states";
import { usePollutant } from "./daily";

const hourOf = (value: AirValue) => `${value.period.slice(11, 13)}`;

function factsOf(v: AirValue, unit?: string) {
  return {
    unit,
    period: v.period,
    edition: v.edition,
    status: v.status,
    verification: v.verification,
    generated: v.generated,
    reason: v.aqi == null ? (v.reason ?? "no-data") : null,
  };
}

/** The six pollutants of one day with their IAQI. */
function DayTable({ value }: { value: AirValue }) {
  const t = usePick();
  const lang = useLang();
  return (
    <table className="sheet">
      <thead>
        <tr>
          <th>{t("项目", "Pollutant")}</th>
          <th className="right">{t("浓度", "Concentration")}</th>
          <th className="right">IAQI</th>
          <th className="right">{t("小时数", "Hours")}</th>
        </tr>
      </thead>
      <tbody>
        {value.values.map((v) => {
          const level = v.iaqi == null ? undefined : levelOfIndex(v.iaqi);
          return (
            <tr key={`${v.pollutant} ${v.averaging}`}>
              <td data-tip={averagingWord(v.averaging, t)}>
                <Pollutant code={v.pollutant} /> <span className="quiet">{v.averaging}</span>
              </td>
              <td className="right tabular">
                <Door
                  finding={value.finding}
                  facts={{ ...factsOf(value, v.unit), reason: v.value == null ? (v.reason ?? "no-data") : null }}
                >
                  {v.value}
                </Door>{" "}
                {v.value != null && <small className="quiet">{unitText(v.unit)}</small>}
              </td>
              <td className="right tabular">
                {level && v.iaqi != null ? (
                  <span
                    className="chip"
                    style={{ background: level.colour, color: level.ink }}
                    data-tip={levelName(level, lang)}
                  >
                    {v.iaqi}
                  </span>
                ) : (
                  <span className="quiet">—</span>
                )}
              </td>
              <td className="right tabular">
                {v.have ?? "—"}
                {v.need != null && <span className="quiet"> / ≥{v.need}</span>}
              </td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}

/** The AQI of each hour as a row of doors, in colour and number. */
function HourStrip({ hours }: { hours: AirValue[] }) {
  const t = usePick();
  const lang = useLang();
  return (
    <ul className="hour-strip" aria-label={t("逐小时 AQI", "AQI hour by hour")}>
      {hours.map((hour) => {
        const level = levelOf(hour.level);
        return (
          <li
            key={hour.period}
            className={level ? "" : "hatch"}
            style={level ? { background: level.colour, color: level.ink } : undefined}
          >
            <Door
              finding={hour.finding}
              facts={factsOf(hour)}
              label={`${hourOf(hour)} ${t("时", "h")} AQI ${hour.aqi ?? t("缺测", "missing")} ${level ? levelName(level, lang) : ""}`}
            >
              {hour.aqi ?? "×"}
            </Door>
          </li>
        );
      })}
    </ul>
  );
}

/** One day: its verdict, its pollutants, and its hours. */
export function DayPanel({
  place,
  day,
  value,
  onDay,
}: {
  place: string;
  day: string;
  value: AirValue | undefined;
  onDay: (day: string) => void;
}) {
  const t = usePick();
  const { common } = useFilters();
  const { data: meta } = useMeta();
  const { pollutant } = usePollutant();
  const hours = useAirHours(place, day, common);
  return (
    <Block
      className="day-panel"
      title={t("一天", "One day")}
      extra={
        <>
          <ModeSwitch />
          <DayPicker value={day} min={meta?.first?.slice(0, 10)} max={meta?.last?.slice(0, 10)} onChange={onDay} />
        </>
      }
    >
      <div className="columns day-columns">
        <div>
          {value ? (
            <>
              <p className="day-verdict">
                AQI{" "}
                <Door finding={value.finding} facts={factsOf(value)}>
                  {value.aqi}
                </Door>{" "}
                {value.level != null && <LevelTag level={value.level} />}
                {value.primary.length > 0 && (
                  <span>
                    {t("首要污染物", "Primary")} <Pollutants codes={value.primary} />
                  </span>
                )}
                {value.dust && <span className="status">{t("沙尘日", "Dust day")}</span>}
                <Status status={value.status} />
              </p>
              <DayTable value={value} />
            </>
          ) : (
            <p className="quiet">{t("所选年份没有这一天。", "The chosen year does not hold this day.")}</p>
          )}
        </div>
        <div>
          {hours.failure ? (
            <Failed failure={hours.failure} retry={hours.retry} />
          ) : !hours.data || hours.loading ? (
            <Waiting what={t("正在读取小时值…", "Reading the hours…")} rows={6} />
          ) : hours.data.hours.every((h) => h.aqi == null && h.values.every((v) => v.value == null)) ? (
            <p className="quiet">
              {t("这一天没有小时值：", "There are no hourly values for this day: ")}
              {reasonWord(hours.data.hours[0]?.reason ?? "no-data", t)}
            </p>
          ) : (
            <>
              <p className="quiet strip-name">
                {t("逐小时 AQI（标注为小时末）", "AQI by hour (labelled by the hour's end)")}
              </p>
              <HourStrip hours={hours.data.hours} />
              <p className="quiet strip-name">
                <Pollutant code={pollutant} /> {t("小时浓度", "by hour")}
              </p>
              <Curve
                values={hours.data.hours}
                pollutant={pollutant}
                averaging="1h"
                labelOf={hourOf}
                height={180}
                describe={t(`${day} ${pollutant} 逐小时浓度`, `${pollutant} by hour, ${day}`)}
              />
            </>
          )}
        </div>
      </div>
    </Block>
  );
}
