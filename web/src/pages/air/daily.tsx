import { Segmented } from "antd";
import type { AirValue, PeriodReport } from "../../api/schema";
import { Curve } from "../../charts/curves";
import { useFilters } from "../../lib/filters";
import { usePick } from "../../lib/lang";
import { averagingWord, POLLUTANTS } from "../../lib/words";
import { Pollutant } from "../../parts/names";
import { Block } from "../../parts/page";

const labelOf = (value: AirValue) => value.period;

/** The pollutant both curves show; in the address. */
export function usePollutant() {
  const { params, set } = useFilters();
  const asked = params.get("pollutant") ?? "";
  const pollutant = (POLLUTANTS as readonly string[]).includes(asked) ? asked : "PM2.5";
  return {
    pollutant,
    choose: (next: string) => set({ pollutant: next === "PM2.5" ? null : next }, { replace: true }),
  };
}

/** The course of the days of one pollutant against the class II limit of a day. */
export function Daily({
  days,
  report,
  chosen,
  onDay,
}: {
  days: AirValue[];
  report: PeriodReport;
  chosen: string;
  onDay: (day: string) => void;
}) {
  const t = usePick();
  const { pollutant, choose } = usePollutant();
  const averaging = pollutant === "O3" ? "8h" : "24h";
  const limit = report.items.find((item) => item.pollutant === pollutant && item.averaging === averaging)?.limit2;
  return (
    <Block
      title={t("日变化", "Day by day")}
      extra={
        <>
          <span className="quiet">{averagingWord(averaging, t)}</span>
          <Segmented
            size="small"
            aria-label={t("污染物", "Pollutant")}
            value={pollutant}
            options={POLLUTANTS.map((code) => ({ value: code as string, label: <Pollutant code={code} /> }))}
            onChange={choose}
          />
        </>
      }
    >
      <Curve
        values={days}
        pollutant={pollutant}
        averaging={averaging}
        labelOf={labelOf}
        limit={limit ?? null}
        limitName={t("二级限值", "Class II")}
        chosen={chosen}
        height={220}
        describe={t(`${pollutant} 逐日浓度`, `${pollutant} day by day`)}
        onPick={(value) => onDay(value.period)}
      />
    </Block>
  );
}
