import type { Lang } from "./lang";

/** One AQI level of HJ 633: official colour, official words, and a text colour that can be read on it. */
export type Level = { level: number; range: string; zh: string; en: string; colour: string; ink: string };

const DARK = "#111418";
const LIGHT = "#ffffff";

export const LEVELS: readonly Level[] = [
  { level: 1, range: "0–50", zh: "优", en: "Excellent", colour: "#00e400", ink: DARK },
  { level: 2, range: "51–100", zh: "良", en: "Good", colour: "#ffff00", ink: DARK },
  { level: 3, range: "101–150", zh: "轻度污染", en: "Lightly polluted", colour: "#ff7e00", ink: DARK },
  { level: 4, range: "151–200", zh: "中度污染", en: "Moderately polluted", colour: "#ff0000", ink: DARK },
  { level: 5, range: "201–300", zh: "重度污染", en: "Heavily polluted", colour: "#99004c", ink: LIGHT },
  { level: 6, range: ">300", zh: "严重污染", en: "Severely polluted", colour: "#7e0023", ink: LIGHT },
];

export const levelOf = (level: number | null | undefined): Level | undefined =>
  level == null ? undefined : LEVELS[level - 1];

export const levelName = (level: Level, lang: Lang) => (lang === "zh" ? level.zh : level.en);

/** The level of an AQI or IAQI, both have the same bands. */
export const levelOfIndex = (index: number): Level | undefined =>
  levelOf(index <= 50 ? 1 : index <= 100 ? 2 : index <= 150 ? 3 : index <= 200 ? 4 : index <= 300 ? 5 : 6);
