import { Button, Popover, Select } from "antd";
import { useState } from "react";
import { useLang, usePick } from "../lib/lang";
import { addDays, spanOf } from "../lib/period";

type Props = { value: string; min?: string | undefined; max?: string | undefined; onChange: (day: string) => void };

/** A month of days as buttons, Monday first. */
export function MonthGrid({ value, min, max, onChange }: Props) {
  const lang = useLang();
  const t = usePick();
  const [month, setMonth] = useState(value.slice(0, 7));
  const year = Number(month.slice(0, 4));
  const [first, last] = spanOf(month);
  const lead = (new Date(`${first}T00:00:00Z`).getUTCDay() + 6) % 7;
  const count = Number(last.slice(8));
  const minYear = Number((min ?? "2013").slice(0, 4));
  const maxYear = Math.max(Number((max ?? value).slice(0, 4)), year);
  const years = Array.from({ length: maxYear - minYear + 1 }, (_, i) => minYear + i);
  const step = (n: number) => setMonth(addDays(n < 0 ? first : last, n).slice(0, 7));
  const names = lang === "zh" ? ["一", "二", "三", "四", "五", "六", "日"] : ["Mo", "Tu", "We", "Th", "Fr", "Sa", "Su"];
  return (
    <div className="month-grid">
      <div className="month-head">
        <Button size="small" type="text" onClick={() => step(-1)} aria-label={t("上个月", "Previous month")}>
          ‹
        </Button>
        <Select
          size="small"
          value={year}
          aria-label={t("年", "Year")}
          options={years.map((y) => ({ value: y, label: y }))}
          onChange={(y) => setMonth(`${y}${month.slice(4)}`)}
        />
        <Select
          size="small"
          value={month.slice(5)}
          aria-label={t("月", "Month")}
          options={Array.from({ length: 12 }, (_, i) => String(i + 1).padStart(2, "0")).map((m) => ({
            value: m,
            label: lang === "zh" ? `${Number(m)} 月` : m,
          }))}
          onChange={(m) => setMonth(`${year}-${m}`)}
        />
        <Button size="small" type="text" onClick={() => step(1)} aria-label={t("下个月", "Next month")}>
          ›
        </Button>
      </div>
      <div className="month-days">
        {names.map((name) => (
          <span key={name} className="quiet">
            {name}
          </span>
        ))}
        {Array.from({ length: count }, (_, i) => {
          const day = `${month}-${String(i + 1).padStart(2, "0")}`;
          return (
            <button
              type="button"
              key={day}
              style={i === 0 ? { gridColumnStart: lead + 1 } : undefined}
              aria-pressed={day === value}
              aria-label={day}
              disabled={(min !== undefined && day < min) || (max !== undefined && day > max)}
              onClick={() => onChange(day)}
            >
              {i + 1}
            </button>
          );
        })}
      </div>
    </div>
  );
}

/** A day with steps to the day before and after; the day itself opens a month. */
export function DayPicker({ value, min, max, onChange }: Props) {
  const t = usePick();
  const [open, setOpen] = useState(false);
  return (
    <span className="day-picker">
      <Button
        disabled={min !== undefined && value <= min}
        onClick={() => onChange(addDays(value, -1))}
        aria-label={t("前一天", "Day before")}
      >
        ‹
      </Button>
      <Popover
        trigger="click"
        open={open}
        onOpenChange={setOpen}
        destroyOnHidden
        content={
          <MonthGrid
            value={value}
            min={min}
            max={max}
            onChange={(day) => {
              setOpen(false);
              onChange(day);
            }}
          />
        }
      >
        <Button className="tabular" aria-label={t(`日期 ${value}`, `Date ${value}`)}>
          {value}
        </Button>
      </Popover>
      <Button
        disabled={max !== undefined && value >= max}
        onClick={() => onChange(addDays(value, 1))}
        aria-label={t("后一天", "Day after")}
      >
        ›
      </Button>
    </span>
  );
}
