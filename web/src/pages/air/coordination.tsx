import type { PeriodReport } from "../../api/schema";
import { usePick } from "../../lib/lang";
import { Pollutant } from "../../parts/names";
import { Block } from "../../parts/page";

/** The figures that fine particles and ozone are controlled by together. */
export function Together({ report }: { report: PeriodReport }) {
  const t = usePick();
  const { coordination: c } = report;
  if (!c) return null;
  return (
    <Block
      title={
        <>
          <Pollutant code="PM2.5" /> {t("与", "and")} <Pollutant code="O3" /> {t("协同", "together")}
        </>
      }
    >
      <table className="sheet">
        <thead>
          <tr>
            <th>{t("项目", "Pollutant")}</th>
            <th className="right">{t("评价浓度 μg/m³", "Assessed, μg/m³")}</th>
            <th className="right">{t("首要污染物天数", "Days as primary")}</th>
          </tr>
        </thead>
        <tbody>
          <tr>
            <td>
              <Pollutant code="PM2.5" /> <span className="quiet">{t("平均", "mean")}</span>
            </td>
            <td className="right">{c.pm25_mean ?? "—"}</td>
            <td className="right">{c.pm25_primary_days}</td>
          </tr>
          <tr>
            <td>
              <Pollutant code="O3" /> <span className="quiet">{t("第 90 百分位", "90th percentile")}</span>
            </td>
            <td className="right">{c.o3_p90 ?? "—"}</td>
            <td className="right">{c.o3_primary_days}</td>
          </tr>
        </tbody>
      </table>
    </Block>
  );
}
