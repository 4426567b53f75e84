import { Button } from "antd";
import { Link, useParams } from "react-router";
import { useAirDays, useMeta, usePeriod, usePlaces } from "../../api/queries";
import { useFilters, useTo } from "../../lib/filters";
import { usePick } from "../../lib/lang";
import { grainOf, spanOf } from "../../lib/period";
import { editionText } from "../../lib/words";
import { DustSwitch } from "../../parts/dust";
import { GeneratedBadge, Status, Verified } from "../../parts/marks";
import { Page } from "../../parts/page";
import { Failed, Notice, Waiting } from "../../parts/states";
import { useSpan } from "../../shell/filters";
import { Calendars } from "./calendars";
import { Together } from "./coordination";
import { Daily } from "./daily";
import { DayPanel } from "./day";
import { DaysByLevel } from "./levels";
import { Limits } from "./limits";
import { Months } from "./months";
import { Room } from "./room";

/** The page of one place: keyed by the place, so that nothing of the last one is shown under the next one's name. */
export default function Air() {
  const { placeId = "" } = useParams();
  return <AirOf key={placeId} place={placeId} />;
}

function AirOf({ place }: { place: string }) {
  const t = usePick();
  const to = useTo();
  const { params, common, set } = useFilters();
  const meta = useMeta();
  const places = usePlaces();
  const period = useSpan("year");
  const known = places.data?.some((p) => p.id === place);
  const asked = known && period ? place : null;
  const year = period?.slice(0, 4) ?? "";
  const span: [string, string] = spanOf(period ?? "2000");
  const other = params.get("compare");
  const second = other ? { ...common, edition: other } : common;

  const report = usePeriod(asked, period ?? "", common);
  const days = useAirDays(asked, `${year}-01-01`, `${year}-12-31`, common);
  const reportB = usePeriod(other ? asked : null, period ?? "", second);
  const daysB = useAirDays(other ? asked : null, `${year}-01-01`, `${year}-12-31`, second);

  if (places.data && !known)
    return (
      <Notice
        title={t(`没有地点“${place}”`, `There is no place “${place}”`)}
        why={t(
          "链接可能不完整，或这个地点的数据还没有导入。可以在上方的地点框里查找。",
          "The link may be incomplete, or the data of this place has not been imported. Use the place box above to find one.",
        )}
        action={<Link to={to("/")}>{t("回到一张图", "Back to the overview")}</Link>}
      />
    );
  const failure = report.failure ?? days.failure ?? places.failure ?? meta.failure;
  if (failure)
    return (
      <Failed
        failure={failure}
        action={
          <Button
            type="primary"
            onClick={() => (params.get("period") ? set({ period: null, day: null }) : window.location.reload())}
          >
            {params.get("period") ? t("看有数据的最近一年", "Show the newest year with data") : t("重试", "Try again")}
          </Button>
        }
      />
    );
  const a = report.data;
  const list = days.data?.days;
  if (!a || !list || !period) return <Waiting what={t("正在评价这段时间…", "Judging the period…")} rows={12} />;

  const lastKnown = meta.data?.last?.slice(0, 10);
  const end = lastKnown && lastKnown < span[1] && lastKnown >= span[0] ? lastKnown : span[1];
  const within = list.filter((d) => d.period >= span[0] && d.period <= span[1]);
  const newest = within.filter((d) => d.aqi != null && d.period <= end).at(-1)?.period ?? end;
  const askedDay = params.get("day");
  const day = grainOf(askedDay) === "day" && askedDay ? askedDay : newest;
  const onDay = (next: string) => set({ day: next }, { replace: true });
  const candidate = (meta.data?.editions ?? []).map((e) => e.id).find((id) => id !== a.edition);
  const b = other ? reportB.data : undefined;

  return (
    <Page
      busy={report.loading || days.loading}
      sentence={t(a.sentence, a.sentence_en)}
      marks={
        <>
          <GeneratedBadge show={a.generated || list.some((d) => d.generated)} period={period} />
          <Status status={a.status} />
          <span className="rule-line">
            {editionText(a.edition)} <Verified mark={a.verification} />
          </span>
          <DustSwitch />
          {other ? (
            <Button size="small" className="filter-on" onClick={() => set({ compare: null })}>
              {t("结束对比", "End comparison")}
            </Button>
          ) : (
            candidate && (
              <Button size="small" onClick={() => set({ compare: candidate })}>
                {t(`与 ${editionText(candidate)} 对比`, `Compare with ${editionText(candidate)}`)}
              </Button>
            )
          )}
        </>
      }
    >
      {other && reportB.failure && <Failed failure={reportB.failure} retry={reportB.retry} />}
      <Calendars
        year={year}
        span={span}
        chosen={day}
        onDay={onDay}
        a={{ edition: a.edition, days: list }}
        b={other ? { edition: other, days: daysB.data?.days } : undefined}
      />
      <div className={other ? "columns limits-and-days comparing" : "columns limits-and-days"}>
        <Limits a={a} b={b} comparing={other} />
        <div>
          <DaysByLevel a={a} b={b} />
          <Room report={a} />
          <Together report={a} />
        </div>
      </div>
      <Daily days={within} report={a} chosen={day} onDay={onDay} />
      <DayPanel
        place={place}
        day={day}
        value={list.find((d) => d.period === day)}
        onDay={(next) =>
          set(
            { day: next, period: next.slice(0, 4) === year ? params.get("period") : next.slice(0, 4) },
            { replace: true },
          )
        }
      />
      <Months place={place} year={year} />
    </Page>
  );
}
