import type { Pick } from "./lang";

const REASONS: Record<string, [string, string]> = {
  "not-reported": ["未上报", "not reported"],
  "no-data": ["无数据", "no data"],
  "too-few-hours": ["有效小时数不足", "too few valid hours"],
  "too-few-windows": ["有效 8 小时滑动平均不足", "too few valid 8-hour means"],
  "too-few-days": ["有效天数不足", "too few valid days"],
  "too-few-sites": ["有效点位比例不足", "too few sites with a value"],
  "dust-excluded": ["沙尘剔除", "left out as a dust day"],
  maintenance: ["维护校准", "calibration or maintenance"],
  invalid: ["数据无效", "marked invalid"],
  "not-monitored": ["监测方案不含", "not in the monitoring plan"],
  "not-published": ["不发布", "not published"],
};

const STATUSES: Record<string, [string, string]> = {
  provisional: ["实时未审核", "provisional"],
  audited: ["已审核", "audited"],
  final: ["已定稿", "final"],
};

const VERIFICATIONS: Record<string, [string, string]> = {
  verified: ["已核实", "verified"],
  "one-source": ["单一来源", "one source"],
  unverified: ["未核实", "unverified"],
};

const KINDS: Record<string, [string, string]> = {
  city: ["城市", "City"],
  district: ["区市", "District"],
  station: ["站点", "Station"],
};

const AVERAGINGS: Record<string, [string, string]> = {
  "1h": ["1 小时平均", "1 h mean"],
  "8h": ["日最大 8 小时平均", "daily max 8 h mean"],
  "24h": ["24 小时平均", "24 h mean"],
  quarter: ["季平均", "quarterly mean"],
  annual: ["年平均", "annual mean"],
};

const say = (words: Record<string, [string, string]>, code: string, t: Pick) => {
  const pair = words[code];
  return pair ? t(pair[0], pair[1]) : code;
};

export const reasonWord = (code: string, t: Pick) => say(REASONS, code, t);
export const kindWord = (code: string, t: Pick) => say(KINDS, code, t);
export const averagingWord = (code: string, t: Pick) => say(AVERAGINGS, code, t);
export const verificationWord = (code: string, t: Pick) => say(VERIFICATIONS, code, t);

/** `provisional+final` becomes words; more than one status says so. */
export function statusWord(status: string, t: Pick): string {
  if (!status) return t("无数据", "no data");
  const parts = status.split("+").map((code) => say(STATUSES, code, t));
  return parts.length > 1 ? t(`混合（${parts.join("、")}）`, `mixed (${parts.join(", ")})`) : parts.join("");
}

export const isProvisional = (status: string | null | undefined) =>
  !!status && status.split("+").includes("provisional");
export const isMixed = (status: string | null | undefined) => !!status && status.includes("+");

/** `ug/m3` as people write it. */
export const unitText = (unit: string | null | undefined) =>
  (unit ?? "").replace("ug/m3", "μg/m³").replace("mg/m3", "mg/m³");

/** The six basic pollutants in the order of the standard's reports. */
export const POLLUTANTS = ["PM2.5", "PM10", "SO2", "NO2", "CO", "O3"] as const;

/** `GB3095-2012` as the standard writes itself. */
export const editionText = (id: string) => id.replace(/^GB(?=\d)/, "GB ");
