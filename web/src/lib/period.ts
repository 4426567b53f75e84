import type { Pick } from "./lang";

/** Length of a period as the address writes it. */
export type Grain = "year" | "quarter" | "month" | "day" | "hour";

const SHAPES: [Grain, RegExp][] = [
  ["year", /^\d{4}$/],
  ["quarter", /^\d{4}Q[1-4]$/],
  ["month", /^\d{4}-(0[1-9]|1[0-2])$/],
  ["day", /^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/],
  ["hour", /^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])T(0[1-9]|1\d|2[0-4])$/],
];

/** What kind of period a text is; undefined when it is none. */
export const grainOf = (text: string | null | undefined): Grain | undefined =>
  text == null ? undefined : SHAPES.find(([, shape]) => shape.test(text))?.[0];

const two = (n: number) => String(n).padStart(2, "0");
const iso = (utc: number) => new Date(utc).toISOString().slice(0, 10);

/** The day `n` days after `day`. Days are calendar days, so UTC arithmetic is exact. */
export const addDays = (day: string, n: number) => iso(Date.parse(`${day}T00:00:00Z`) + n * 86_400_000);

/** All days from one to another, both included. */
export function daysBetween(from: string, to: string): string[] {
  const days: string[] = [];
  for (let day = from; day <= to; day = addDays(day, 1)) days.push(day);
  return days;
}

/** First and last day of a year, quarter or month. */
export function spanOf(period: string): [string, string] {
  const year = Number(period.slice(0, 4));
  const grain = grainOf(period);
  if (grain === "quarter") {
    const first = (Number(period.slice(5)) - 1) * 3;
    return [`${year}-${two(first + 1)}-01`, iso(Date.UTC(year, first + 3, 0))];
  }
  if (grain === "month") return [`${period}-01`, iso(Date.UTC(year, Number(period.slice(5, 7)), 0))];
  if (grain === "day" || grain === "hour") return [period.slice(0, 10), period.slice(0, 10)];
  return [`${year}-01-01`, `${year}-12-31`];
}

export const monthsOf = (year: string) => Array.from({ length: 12 }, (_, i) => `${year}-${two(i + 1)}`);
export const quartersOf = (year: string) => [1, 2, 3, 4].map((n) => `${year}Q${n}`);

/** The period of another grain that holds the start of `period` (`2025-03` as a quarter is `2025Q1`). */
export function asGrain(period: string, grain: Grain): string {
  const [first] = spanOf(period);
  if (grain === "year") return first.slice(0, 4);
  if (grain === "quarter") return `${first.slice(0, 4)}Q${Math.ceil(Number(first.slice(5, 7)) / 3)}`;
  if (grain === "month") return first.slice(0, 7);
  return first;
}

/** The period in words of the page. */
export function periodText(period: string, t: Pick): string {
  switch (grainOf(period)) {
    case "year":
      return t(`${period} 年`, period);
    case "quarter":
      return t(`${period.slice(0, 4)} 年第 ${period.slice(5)} 季度`, `${period.slice(0, 4)} Q${period.slice(5)}`);
    case "month":
      return t(`${period.slice(0, 4)} 年 ${Number(period.slice(5))} 月`, period);
    case "hour":
      return `${period.slice(0, 10)} ${period.slice(11)}:00`;
    default:
      return period;
  }
}

/** An instant with offset as `2025-12-31 13:00`, in its own offset. */
export const instantText = (instant: string) => instant.slice(0, 16).replace("T", " ");
