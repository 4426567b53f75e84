// Development only: answers the HTTP contract with deterministic made-up data, all of it labelled as generated.
import { existsSync, readFileSync, statSync } from "node:fs";
import { createServer } from "node:http";
import { extname, join } from "node:path";

const port = Number(process.env.PORT ?? 8212);
const dist = process.env.DIST ?? new URL("../dist", import.meta.url).pathname;
const gj = process.env.GEO
  ? JSON.parse(readFileSync(process.env.GEO, "utf8"))
  : { type: "FeatureCollection", features: [] };
const D = gj.features.map((f) => ({
  id: String(f.properties.adcode),
  name: f.properties.name,
  kind: "district",
  parent: "370200",
  c: f.properties.center,
}));
const geo = {
  type: "FeatureCollection",
  features: gj.features.map((f) => ({
    type: "Feature",
    geometry: f.geometry,
    properties: { id: String(f.properties.adcode), name: f.properties.name },
  })),
};
const en = {
  370202: "Shinan",
  370203: "Shibei",
  370211: "Huangdao",
  370212: "Laoshan",
  370213: "Licang",
  370214: "Chengyang",
  370215: "Jimo",
  370281: "Jiaozhou",
  370283: "Pingdu",
  370285: "Laixi",
};
const P = [
  { id: "370200", name: "青岛市", name_en: "Qingdao", kind: "city", parent: null },
  { id: "370100", name: "济南市", name_en: "Jinan", kind: "city", parent: null },
  ...D.map(({ c, ...d }) => ({ ...d, name_en: en[d.id] ?? null })),
  ...D.flatMap((d) =>
    [1, 2].map((n) => ({
      id: `青岛/${d.name}${n}号站`,
      name: `${d.name}${n}号站`,
      name_en: null,
      kind: "station",
      parent: d.id,
      lon: String(d.c[0] + (n - 1.5) / 25),
      lat: String(d.c[1] + (n - 1.4) / 40),
      generated: true,
    })),
  ),
];
const h = (s) => {
  let x = 2166136261;
  for (const c of s) x = Math.imul(x ^ c.charCodeAt(0), 16777619);
  x ^= x >>> 15;
  x = Math.imul(x, 2246822507);
  return ((x ^ (x >>> 13)) >>> 0) / 4294967296;
};
const cats = ["优", "良", "轻度污染", "中度污染", "重度污染", "严重污染"],
  cate = ["excellent", "good", "light pollution", "moderate pollution", "heavy pollution", "severe pollution"],
  col = ["#00e400", "#ffff00", "#ff7e00", "#ff0000", "#99004c", "#7e0023"];
const level = (a) => (a <= 50 ? 1 : a <= 100 ? 2 : a <= 150 ? 3 : a <= 200 ? 4 : a <= 300 ? 5 : 6);
const ids = ["PM2.5", "PM10", "SO2", "NO2", "CO", "O3"];
const iso = (d) => d.toISOString().slice(0, 10);
const days = (a, b) => {
  const r = [];
  for (let t = Date.parse(a); t <= Date.parse(b); t += 864e5) r.push(iso(new Date(t)));
  return r;
};
const air = (p, period, q) => {
  const ed = q.get("edition") === "GB3095-2026" ? "GB3095-2026" : "GB3095-2012",
    k = p.id + period.slice(0, 10),
    m = Number(period.slice(5, 7)),
    hr = period.includes("T");
  const base = {
    place: p.id,
    name: p.name,
    kind: p.kind,
    period,
    start: period.slice(0, 10) + "T00:00:00+08:00",
    end: period.slice(0, 10) + "T24:00:00+08:00",
    generated: period >= "2025",
    dust: h(k + "d") > 0.97,
    edition: ed,
    verification: ed === "GB3095-2012" ? "verified" : "one-source",
    status: period >= "2025-11" ? "provisional" : "audited",
    finding: `air-${hr ? "hour" : "day"}/${p.id}/${period}/${ed}`,
  };
  if (
    h(k + "x") > 0.965 ||
    period.slice(0, 10) > "2025-12-31" ||
    (period.slice(0, 10) > "2020-12-31" && period < "2025") ||
    period < "2020-04-02"
  )
    return {
      ...base,
      aqi: null,
      level: null,
      category: null,
      category_en: null,
      colour: null,
      primary: [],
      exceeding: [],
      values: ids.map((i) => ({
        pollutant: i,
        averaging: hr ? "1h" : i === "O3" ? "8h" : "24h",
        value: null,
        unit: i === "CO" ? "mg/m3" : "ug/m3",
        iaqi: null,
        reason: "too-few-hours",
        have: 12,
        need: 20,
      })),
      reason: "no-data",
      status: "",
    };
  const season = 1 + 0.7 * Math.cos(((m - 1) / 12) * 6.283),
    wave = 0.5 + h(k) ** 2 * 2.2,
    diurnal = hr ? 0.8 + 0.4 * h(period + p.id) : 1;
  const v = {
    "PM2.5": 26 * season * wave * diurnal,
    PM10: 55 * season * wave * diurnal,
    SO2: 8 * wave,
    NO2: 25 * season * diurnal,
    CO: 0.7 * wave,
    O3: 60 + 60 * (2 - season) * wave * diurnal,
  };
  const ia = {
    "PM2.5":
      v["PM2.5"] <= 35
        ? v["PM2.5"] / 0.7
        : v["PM2.5"] <= 75
          ? 50 + (v["PM2.5"] - 35) * 1.25
          : 100 + (v["PM2.5"] - 75) * 1.2,
    PM10: v.PM10 <= 50 ? v.PM10 : 50 + (v.PM10 - 50) / 2,
    SO2: v.SO2,
    NO2: v.NO2 * 1.25,
    CO: v.CO * 25,
    O3: v.O3 <= 100 ? v.O3 / 2 : 50 + ((v.O3 - 100) * 50) / 60,
  };
  if (ed === "GB3095-2026" && ia["PM2.5"] > 50) ia["PM2.5"] *= 1.2;
  for (const i of ids) ia[i] = Math.ceil(ia[i]);
  const aqi = Math.max(...Object.values(ia)),
    l = level(aqi);
  return {
    ...base,
    aqi,
    level: l,
    category: cats[l - 1],
    category_en: cate[l - 1],
    colour: col[l - 1],
    primary: aqi > 50 ? ids.filter((i) => ia[i] === aqi) : [],
    exceeding: ids.filter((i) => ia[i] > 100),
    values: ids.map((i) => ({
      pollutant: i,
      averaging: hr ? "1h" : i === "O3" ? "8h" : "24h",
      value: v[i].toFixed(i === "CO" ? 1 : 0),
      unit: i === "CO" ? "mg/m3" : "ug/m3",
      iaqi: ia[i],
      reason: null,
      have: 24,
      need: 20,
    })),
    reason: null,
  };
};
const span = (p) => {
  if (/^\d{4}$/.test(p)) return [`${p}-01-01`, `${p}-12-31`];
  const [y, r] = [p.slice(0, 4), p.slice(4)];
  if (r[0] === "Q") {
    const s = (r[1] - 1) * 3;
    return [`${y}-${String(s + 1).padStart(2, "0")}-01`, iso(new Date(Date.UTC(+y, s + 3, 0)))];
  }
  return [`${p}-01`, iso(new Date(Date.UTC(+y, +p.slice(5, 7), 0)))];
};
const periodOf = (pl, period, q) => {
  const [a, b] = span(period),
    ds = days(a, b).map((d) => air(pl, d, q)),
    ok = ds.filter((d) => d.aqi !== null),
    f = (s) => `${s}/${pl.id}/${period}/${ds[0].edition}`;
  const by = [0, 0, 0, 0, 0, 0];
  for (const d of ok) by[d.level - 1]++;
  const ed = ds[0].edition,
    L = {
      SO2: [20, 60],
      NO2: [40, 40],
      PM10: ed.endsWith("26") ? [30, 60] : [40, 70],
      "PM2.5": ed.endsWith("26") ? [10, 30] : [15, 35],
    },
    L24 = {
      SO2: [98, 50, 150],
      NO2: [98, 80, 80],
      PM10: [95, 50, ed.endsWith("26") ? 120 : 150],
      "PM2.5": [95, 35, ed.endsWith("26") ? 60 : 75],
      CO: [95, 4, 4],
      O3: [90, 100, 160],
    };
  const xs = (i) => ok.map((d) => Number(d.values.find((v) => v.pollutant === i).value)).sort((x, y) => x - y),
    item = (i, st, pc, av, l1, l2) => {
      const x = xs(i),
        v = !x.length
          ? null
          : st === "mean"
            ? x.reduce((s, y) => s + y, 0) / x.length
            : x[Math.min(x.length - 1, Math.floor((x.length * pc) / 100))],
        u = i === "CO" ? 1 : 0;
      return {
        pollutant: i,
        statistic: st,
        percentile: pc,
        averaging: av,
        value: v?.toFixed(u) ?? null,
        exact: v === null ? null : String(v),
        compared: v?.toFixed(u) ?? null,
        unit: i === "CO" ? "mg/m3" : "ug/m3",
        limit1: String(l1),
        limit2: String(l2),
        class1: v === null ? null : v <= l1,
        class2: v === null ? null : v <= l2,
        exceedance_multiple: v > l2 ? ((v - l2) / l2).toFixed(2) : null,
        valid: ok.length > ds.length * 0.88,
        reason: ok.length > ds.length * 0.88 ? null : "too-few-days",
        days: ok.length,
        need: Math.ceil(ds.length * 0.88),
        clause: "4.2",
        verification: "verified",
        finding: f(`item-${i}-${st}`),
      };
    };
  const items = [
    ...Object.entries(L).map(([i, l]) => item(i, "mean", null, "annual", ...l)),
    ...Object.entries(L24).map(([i, l]) => item(i, "percentile", l[0], i === "O3" ? "8h" : "24h", l[1], l[2])),
  ];
  const it = (i, s) => items.find((x) => x.pollutant === i && x.statistic === s),
    terms = ["SO2", "NO2", "PM10", "PM2.5", "CO", "O3"].map((i) => {
      const x = L[i] ? it(i, "mean") : it(i, "percentile");
      return {
        pollutant: i,
        concentration: x.value,
        divisor: x.limit2,
        term: x.value === null ? null : (x.value / x.limit2).toFixed(2),
      };
    });
  const val = ok.length ? terms.reduce((s, t) => s + Number(t.term), 0).toFixed(2) : null,
    good = by[0] + by[1],
    pr = (i) => ok.filter((d) => d.primary.includes(i)).length,
    pm = it("PM2.5", "mean").value;
  return {
    place: pl.id,
    name: pl.name,
    kind: pl.kind,
    period,
    start: a,
    end: b,
    edition: ed,
    verification: ds[0].verification,
    status: period === "2025" ? "provisional+audited" : ds[0].status || "audited",
    generated: period >= "2025",
    dust: q.get("dust") ?? "keep",
    as_of: "2026-01-01T00:00:00+08:00",
    finding: f("period"),
    items,
    class: ok.length ? (items.every((i) => i.class1) ? 1 : items.every((i) => i.class2) ? 2 : 3) : null,
    class2: ok.length ? items.every((i) => i.class2) : null,
    index: {
      value: val,
      leading: [terms.toSorted((x, y) => y.term - x.term)[0].pollutant],
      terms,
      finding: f("index"),
      verification: "one-source",
    },
    days: {
      total: ds.length,
      valid: ok.length,
      by_level: by,
      good,
      good_ratio: ok.length ? ((good / ok.length) * 100).toFixed(1) : null,
      heavy: by[4] + by[5],
      heavy_ratio: ok.length ? (((by[4] + by[5]) / ok.length) * 100).toFixed(1) : null,
      primary: ids.map((i) => ({ pollutant: i, days: pr(i) })).filter((x) => x.days),
      dust_days: ds.filter((d) => d.dust).length,
      excluded_dust: q.get("dust") === "exclude",
    },
    coordination: {
      pm25_mean: pm,
      o3_p90: it("O3", "percentile").value,
      good_ratio: "80.0",
      heavy_ratio: "1.1",
      pm25_primary_days: pr("PM2.5"),
      o3_primary_days: pr("O3"),
    },
    missing_days: ds.filter((d) => d.aqi === null).map((d) => ({ day: d.period, reason: "too-few-hours" })),
    room:
      period === "2025" || period === "2025-12"
        ? {
            items: ["PM2.5", "PM10"].map((i) => ({
              pollutant: i,
              target: String(L[i][1]),
              target_kind: "class-II",
              so_far: it(i, "mean").value,
              days_so_far: 340,
              days_left: 25,
              room: "31.0",
              met: null,
            })),
            good_target: 312,
            good_days: good,
            good_needed: Math.max(0, 312 - good),
            days_left: 25,
          }
        : null,
    sentence: `${pl.name} ${period}:优良 ${good} 天(${ok.length} 个有效天),PM2.5 ${pm ?? "—"} μg/m³,综合指数 ${val ?? "—"}。`,
    sentence_en: `${pl.name_en ?? pl.name} ${period}: ${good} good days of ${ok.length} valid, PM2.5 ${pm ?? "—"} μg/m³, composite index ${val ?? "—"}.`,
    other: null,
  };
};
const rb = ["2012", "2026"].flatMap((y) =>
  ["limits:GB 3095", "index:HJ 633", "assessment:HJ 663"].map((t) => {
    const [topic, doc] = t.split(":");
    return {
      id: `cn-air-${topic}-${y}`,
      topic: `air.${topic}`,
      edition: `GB3095-${y}`,
      document: `${doc}-${y}`,
      title: {
        limits: "环境空气质量标准",
        index: "环境空气质量指数(AQI)技术规定",
        assessment: "环境空气质量评价技术规范",
      }[topic],
      title_en: {
        limits: "Ambient air quality standards",
        index: "Technical regulation on AQI",
        assessment: "Technical regulation for assessment",
      }[topic],
      region: "CN",
      from: y === "2012" ? "2013-01-01" : "2026-03-01",
      to: y === "2012" ? "2026-02-28" : null,
      verification: y === "2012" ? "verified" : "one-source",
    };
  }),
);
const ref = (r, clause) => ({
  id: r.id,
  document: r.document,
  clause,
  edition: r.edition,
  title: r.title,
  title_en: r.title_en,
  verification: r.verification,
  hash: "3f9a1c7702b4",
});
const err = (code, message, message_en, remedy) => ({ error: { code, message, message_en, remedy } });
const imports = [
  {
    id: 1,
    file: "qingdao-2025-generated.csv",
    at: "2026-01-01T09:12:00+08:00",
    layout: "tidy-csv",
    accepted: 525600,
    repeated: 0,
    superseded: 1200,
    rejected: 2,
    missing: 10512,
  },
  {
    id: 2,
    file: "national-hourly-2020-04.csv.gz",
    at: "2026-01-01T09:13:00+08:00",
    layout: "national-hourly",
    accepted: 51840,
    repeated: 0,
    superseded: 0,
    rejected: 0,
    missing: 312,
  },
];
const ranking = (q) => {
  const f = (p) => P.filter((x) => x.kind === p);
  const per = q.get("period"),
    rows = f(q.get("of"))
      .map((p) => {
        const r = periodOf(p, per, q),
          b = (Number(r.index.value) * (0.9 + 0.25 * h(p.id))).toFixed(2);
        return {
          rank: null,
          place: p.id,
          name: p.name,
          index: r.index.value,
          index_before: r.index.value && b,
          change: r.index.value && (((r.index.value - b) / b) * 100).toFixed(1),
          change_rank: null,
          leading: r.index.leading,
          good_ratio: r.days.good_ratio,
          pm25: r.items.find((i) => i.pollutant === "PM2.5").value,
          values: Object.fromEntries(r.index.terms.map((t) => [t.pollutant, t.concentration])),
          valid: r.index.value !== null,
          reason: r.index.value === null ? "too-few-days" : null,
          generated: true,
          status: r.status,
          finding: r.index.finding,
          verification: "one-source",
        };
      })
      .sort((a, b) => (a.index ?? 99) - (b.index ?? 99));
  rows.forEach((r) => {
    r.rank = r.index && 1 + rows.filter((x) => x.index !== null && +x.index < +r.index).length;
    r.change_rank = r.index && 1 + rows.filter((x) => x.index !== null && +x.change < +r.change).length;
  });
  return {
    period: per,
    edition: "GB3095-2012",
    of: q.get("of"),
    ties: "competition",
    rows,
    rule: ref(rb[2], "附录 A"),
  };
};
const explain = (id) => {
  const low = id.startsWith("air-"),
    part = id.split("/"),
    place = part.slice(1, -2).join("/"),
    period = part.at(-2),
    p = P.find((x) => x.id === place);
  if (!p)
    return [
      404,
      err("unknown-finding", `没有编号为 ${id} 的结论`, `No finding ${id}`, "检查链接是否完整,或回到一张图重新点选。"),
    ];
  return [
    200,
    {
      id,
      title: `${p.name} ${period} ${low ? "AQI" : "年度评价"}`,
      title_en: `${p.name_en ?? p.name} ${period} ${low ? "AQI" : "assessment"}`,
      kind: low ? "air-day" : "air-period",
      place,
      period,
      edition: part.at(-1),
      as_of: "2026-01-01T00:00:00+08:00",
      reproduced: true,
      status: "provisional",
      generated: true,
      verification: "verified",
      result: low
        ? [
            { name: "AQI", name_en: "AQI", value: "87", unit: "" },
            { name: "首要污染物", name_en: "Primary pollutant", value: "PM2.5", unit: "" },
          ]
        : [{ name: "年均值", name_en: "Annual mean", value: "34.6", unit: "ug/m3" }],
      steps: [
        {
          text: "PM2.5 日均值 = 24 个小时均值之和 1541 ÷ 24 = 64.208333…",
          text_en: "PM2.5 daily mean = sum of 24 hourly means 1541 ÷ 24 = 64.208333…",
          rule: ref(rb[2], "5.1.2"),
        },
        {
          text: "修约到整数(四舍六入五成双):64",
          text_en: "Rounded half to even to an integer: 64",
          rule: ref(rb[1], "4.2"),
        },
        {
          text: "IAQI = (100−50)÷(75−35)×(64−35)+50 = 86.25 → 87(向上取整)",
          text_en: "IAQI = (100−50)÷(75−35)×(64−35)+50 = 86.25 → 87 (rounded up)",
          rule: ref(rb[1], "4.3"),
        },
        { text: "AQI = 各 IAQI 的最大值 = 87", text_en: "AQI = the greatest IAQI = 87", rule: null },
      ],
      rules: [ref(rb[1], "4.3"), ref(rb[2], "5.1.2"), { ...ref(rb[3], "4"), verification: "unverified" }],
      inputs: low
        ? []
        : [`air-day/${place}/2025-03-05/GB3095-2012`, `air-day/${place}/2025-03-06/GB3095-2012`].map((x) => ({
            finding: x,
            title: `${p.name} ${x.split("/").at(-2)}`,
            value: "64",
          })),
      readings: low
        ? {
            total: 144,
            rows: Array.from({ length: 24 }, (_, i) => ({
              monitor: p.name,
              pollutant: "PM2.5",
              start: `2025-03-05T${String(i).padStart(2, "0")}:00:00+08:00`,
              end: `2025-03-05T${String(i + 1).padStart(2, "0")}:00:00+08:00`,
              value: i === 5 ? null : String(50 + i),
              reason: i === 5 ? "calibration" : null,
              unit: "ug/m3",
              status: "provisional",
              source: "file:青岛.csv#abc123",
              learned_at: "2026-01-01T09:12:00+08:00",
              superseded: i === 7 ? [{ value: "61", learned_at: "2025-12-31T20:00:00+08:00" }] : [],
            })),
          }
        : { total: 0, rows: [] },
    },
  ];
};
const api = (path, q) => {
  const pl = P.find((p) => p.id === q.get("place"));
  if (q.has("place") && !pl)
    return [
      404,
      err(
        "unknown-place",
        `没有地点 ${q.get("place")}`,
        `There is no place ${q.get("place")}`,
        "从左上的地点框选择一个地点。",
      ),
    ];
  if (path === "/meta")
    return [
      200,
      {
        name: "蓝湾",
        version: "0.1.0",
        city: { id: "370200", name: "青岛市", name_en: "Qingdao" },
        first: "2020-04-02",
        last: "2025-12-31",
        years: [2020, 2025],
        default_date: "2025-12-31",
        generated: [{ from: "2025-01-01", to: "2025-12-31", note: "按种子生成的演示数据,不是监测结果" }],
        editions: [
          {
            id: "GB3095-2012",
            title: "环境空气质量标准 GB 3095-2012",
            title_en: "Ambient air quality standards GB 3095-2012",
            from: "2013-01-01",
            to: "2026-02-28",
          },
          {
            id: "GB3095-2026",
            title: "环境空气质量标准 GB 3095-2026",
            title_en: "Ambient air quality standards GB 3095-2026",
            from: "2026-03-01",
            to: null,
          },
        ],
        readings: 577440,
        monitors: 20,
      },
    ];
  if (path === "/places") return [200, P];
  if (path === "/geo/districts") return [200, geo];
  if (path === "/air/map")
    return [
      200,
      {
        at: q.get("at"),
        edition: "GB3095-2012",
        rule: ref(rb[1], "4.3"),
        places: P.map((p) => air(p, q.get("at"), q)),
      },
    ];
  if (path === "/air/days")
    return [
      200,
      { place: pl.id, edition: q.get("edition"), days: days(q.get("from"), q.get("to")).map((d) => air(pl, d, q)) },
    ];
  if (path === "/air/hours")
    return [
      200,
      {
        place: pl.id,
        edition: q.get("edition"),
        hours: days(q.get("from"), q.get("to")).flatMap((d) =>
          Array.from({ length: 24 }, (_, i) => air(pl, `${d}T${String(i + 1).padStart(2, "0")}`, q)),
        ),
      },
    ];
  if (path === "/air/period") return [200, periodOf(pl, q.get("period"), q)];
  if (path === "/air/ranking") return [200, ranking(q)];
  if (path.startsWith("/explain/")) return explain(decodeURIComponent(path.slice(9)));
  if (path === "/rulebooks") return [200, rb];
  if (path.startsWith("/rulebooks/")) {
    const r = rb.find((x) => x.id === path.slice(11));
    return r
      ? [
          200,
          {
            ...r,
            sources: ["https://www.mee.gov.cn/"],
            notes: "依据国家标准文本录入。",
            hash: "3f9a1c7702b4",
            toml: `id = "${r.id}"\ndocument = "${r.document}"\nfrom = "${r.from}"\n\n[[limit]]\npollutant = "PM2.5"\naveraging = "annual"\nclass1 = "15"\nclass2 = "35"\n`,
          },
        ]
      : [404, err("unknown-rulebook", "没有这部规则", "No such rulebook", "回到规则列表。")];
  }
  if (path === "/imports") return [200, imports];
  if (path.endsWith("/quarantine"))
    return [
      200,
      path.includes("/1/")
        ? [
            {
              row: 12,
              field: "value",
              text: "-5",
              reason: "浓度不能为负",
              remedy: "改为缺测(留空)或更正数值后重新导入",
            },
            { row: 431, field: "time", text: "2025-02-30 05:00", reason: "日期不存在", remedy: "更正日期" },
          ]
        : [],
    ];
  return [404, err("not-found", "没有这个接口", "No such endpoint", "")];
};
const mime = {
  ".js": "text/javascript",
  ".mjs": "text/javascript",
  ".css": "text/css",
  ".html": "text/html",
  ".svg": "image/svg+xml",
};
createServer((req, res) => {
  const u = new URL(req.url, "http://x");
  if (u.pathname === "/api/v1/air/ranking.xlsx") {
    res.writeHead(200, { "content-type": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet" });
    return res.end(Buffer.from("504b0506000000000000000000000000000000000000", "hex"));
  }
  if (u.pathname.startsWith("/api/v1")) {
    const [s, b] = api(u.pathname.slice(7), u.searchParams);
    res.writeHead(s, { "content-type": "application/json" });
    return res.end(JSON.stringify(b));
  }
  let f = join(dist, u.pathname);
  if (!existsSync(f) || statSync(f).isDirectory()) f = join(dist, "index.html");
  res.writeHead(200, { "content-type": mime[extname(f)] ?? "application/octet-stream" });
  res.end(readFileSync(f));
}).listen(port, "127.0.0.1");
