#!/usr/bin/env python3
"""Derives the cases of conformance/air/*.csv whose kind is `derived`.

An implementation of its own: the tables of the standards are written out below, every number is a Fraction, and no code
or rule file of the repository is read. Run without arguments to write the files, with --check to compare them.
Needs only the standard library.
"""

import csv
import io
import json
import sys
from fractions import Fraction as F
from math import ceil, floor
from pathlib import Path

OUT = Path(__file__).resolve().parent.parent / "air"
COLUMNS = ["id", "topic", "rule", "inputs_json", "expected_json", "clause", "kind", "source", "note"]

# ---------------------------------------------------------------- exact numbers and JSON


def num(text):
    return F(str(text))


def show(value):
    """The decimal text of a number; a fraction that ends nowhere gets eight digits, half to even."""
    value = F(value)
    for digits in range(0, 16):
        scaled = value * 10**digits
        if scaled.denominator == 1:
            break
    else:
        digits, scaled = 8, half_even(value, 8) * 10**8
    n, sign = abs(int(scaled)), "-" if scaled < 0 else ""
    if digits == 0:
        return f"{sign}{n}"
    return f"{sign}{n // 10**digits}.{n % 10**digits:0{digits}d}"


def dump(value):
    if value is None or isinstance(value, (bool, str)):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, dict):
        return "{" + ", ".join(f"{json.dumps(k, ensure_ascii=False)}: {dump(v)}" for k, v in value.items()) + "}"
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(dump(v) for v in value) + "]"
    return show(value)


def half_even(value, digits):
    """GB/T 8170: to the nearest; an exact half to the even digit."""
    scaled = F(value) * 10**digits
    whole, rest = floor(scaled), scaled - floor(scaled)
    if rest > F(1, 2) or (rest == F(1, 2) and whole % 2 == 1):
        whole += 1
    return F(whole, 10**digits)


class Sheet:
    def __init__(self, name):
        self.name, self.rows, self.ids = name, [], set()

    def add(self, id, topic, rule, inputs, expected, clause, note="", source="derived from the text of the rule"):
        assert id not in self.ids, id
        self.ids.add(id)
        self.rows.append([id, topic, rule, dump(inputs), dump(expected), clause, "derived", source, note])

    def text(self):
        out = io.StringIO()
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(COLUMNS)
        writer.writerows(self.rows)
        return out.getvalue()


class Dice:
    """A small generator of its own, so that the files do not depend on a Python version."""

    def __init__(self, seed):
        self.state = seed

    def below(self, n):
        self.state = (self.state * 6364136223846793005 + 1442695040888963407) % 2**64
        return (self.state >> 33) % n


# ---------------------------------------------------------------- HJ 633

INDEX = [0, 50, 100, 150, 200, 300, 400, 500]
SHARED = {
    ("SO2", "24h"): [0, 50, 150, 475, 800, 1600, 2100, 2620],
    ("SO2", "1h"): [0, 150, 500, 650, 800],
    ("NO2", "24h"): [0, 40, 80, 180, 280, 565, 750, 940],
    ("NO2", "1h"): [0, 100, 200, 700, 1200, 2340, 3090, 3840],
    ("CO", "24h"): [0, 2, 4, 14, 24, 36, 48, 60],
    ("CO", "1h"): [0, 5, 10, 35, 60, 90, 120, 150],
    ("O3", "1h"): [0, 160, 200, 300, 400, 800, 1000, 1200],
    ("O3", "8h"): [0, 100, 160, 215, 265, 800],
}
POINTS = {
    2012: SHARED | {("PM10", "24h"): [0, 50, 150, 250, 350, 420, 500, 600], ("PM2.5", "24h"): [0, 35, 75, 115, 150, 250, 350, 500]},
    2026: SHARED | {("PM10", "24h"): [0, 50, 120, 250, 350, 420, 500, 600], ("PM2.5", "24h"): [0, 35, 60, 115, 150, 250, 350, 500]},
}
LEVELS = [
    (50, 1, "优", "excellent", "绿色", "0,228,0"),
    (100, 2, "良", "good", "黄色", "255,255,0"),
    (150, 3, "轻度污染", "light pollution", "橙色", "255,126,0"),
    (200, 4, "中度污染", "moderate pollution", "红色", "255,0,0"),
    (300, 5, "重度污染", "heavy pollution", "紫色", "153,0,76"),
    (500, 6, "严重污染", "severe pollution", "褐红色", "126,0,35"),
]
SIX = ["SO2", "NO2", "PM10", "CO", "O3", "PM2.5"]
DAILY = {
    2012: [("SO2", "24h"), ("NO2", "24h"), ("PM10", "24h"), ("CO", "24h"), ("O3", "1h"), ("O3", "8h"), ("PM2.5", "24h")],
    2026: [("SO2", "24h"), ("NO2", "24h"), ("PM10", "24h"), ("CO", "24h"), ("O3", "8h"), ("PM2.5", "24h")],
}


def iaqi(edition, pollutant, time, c):
    c = F(c)
    if edition == 2026:
        c = half_even(c, 1 if pollutant == "CO" else 0)
    points = POINTS[edition][pollutant, time]
    for i in range(1, len(points)):
        if c <= points[i]:
            slope = F(INDEX[i] - INDEX[i - 1], points[i] - points[i - 1])
            return ceil(slope * (c - points[i - 1]) + INDEX[i - 1])
    if len(points) == 8:
        return 500
    return None if edition == 2012 else INDEX[len(points) - 1]


def level_of(aqi):
    return next(row for row in LEVELS if aqi <= row[0])


def index_of(edition, indices, missing):
    """`indices` by name; None for a concentration above its scale. `missing`: a monitored pollutant has no value at all."""
    found = [i for i in indices.values() if i is not None]
    known = {name.split("_")[0] for name, i in indices.items() if i is not None}
    # Above its scale and without the averaging time to fall back to: the largest index is not known.
    beyond = any(name.split("_")[0] not in known for name in indices)
    if not found or beyond or (edition == 2026 and missing and max(found) <= 100):
        return {"AQI": "NA", "primary": "NA", "level": "NA", "category": "NA", "colour": "NA"}
    most = max(found)
    aqi = max(most, 1) if edition == 2026 else most
    _, level, zh, _, colour, _ = level_of(aqi)
    expected = {
        "AQI": aqi,
        "level": level,
        "category": zh,
        "colour": colour,
        "primary": sorted(n for n, i in indices.items() if i == most) if most > 50 else [],
    }
    if edition == 2012:
        expected["exceeding"] = sorted(n for n, i in indices.items() if i is not None and i > 100)
    return expected


def bare(pollutant, time):
    return f"O3_{time}" if pollutant == "O3" else pollutant


def daily(edition, values):
    """`values` by input name; None is a missing value, an absent name is outside the monitoring plan."""
    names = {f"{p}_{t}": (p, t) for p, t in DAILY[edition]}
    indices = {bare(*names[n]): iaqi(edition, *names[n], v) for n, v in values.items() if v is not None}
    missing = any(v is None and not any(values.get(o) is not None for o in names if names[o][0] == names[n][0]) for n, v in values.items())
    return index_of(edition, indices, missing)


def iaqi_cases(sheet, edition):
    rule, short = f"HJ 633-{edition}", str(edition)[2:]
    for (pollutant, time), points in POINTS[edition].items():
        step = F(1, 10) if pollutant == "CO" else F(1)
        wanted = {F(0), step / 10, step, points[-1] + step, F(points[-1]) * 2, F(points[-1]) * 10}
        for low, high in zip(points, points[1:]):
            wanted |= {high - step, F(high), high + step, F(low + high, 2)}
            # Just off the breakpoint, and on both sides of half a unit.
            for tenth in ("0.01", "0.4", "0.5", "0.6"):
                wanted |= {high + step * num(tenth), high - step * num(tenth)}
        # Where the formula gives an integer, and a millionth more.
        for i in range(1, len(points)):
            for k in (1, 7, 10, 25, 26, 40):
                width = INDEX[i] - INDEX[i - 1]
                c = points[i - 1] + F((points[i] - points[i - 1]) * k, width)
                if (c * 10**6).denominator == 1 and k < width:
                    wanted |= {c, c + F(1, 10**6)}
        for c in sorted(wanted):
            found = iaqi(edition, pollutant, time, c)
            above = c > points[-1]
            note = "no index at this averaging time" if found is None else "above the last breakpoint" if above else ""
            sheet.add(
                f"iaqi{short}-{pollutant}-{time}-{show(c)}", "iaqi", rule, {f"{pollutant}_{time}": c},
                {f"IAQI_{pollutant}": "NA" if found is None else found}, "表 1; 公式 1", note,
            )  # fmt: skip


def realtime_pm_cases(sheet, edition, mode, clause):
    for c in ("34.9", "35", "35.4", "60", "61", "75", "76", "500", "985"):
        values = {"PM2.5_1h": num(c), "PM10_1h": num(20), "SO2_1h": num(4), "NO2_1h": num(18), "CO_1h": num("0.5"), "O3_1h": num(70)}
        realtime_case(sheet, edition, mode, f"pm25-{c}", values, clause)


def realtime(edition, mode, values):
    """1 h of all six with PM on the daily breakpoints, or, as the text of 2012 says, O3 8 h and PM 24 h sliding besides."""
    inputs = {f"{p}_1h": (p, "24h" if p.startswith("PM") else "1h", p if p != "O3" else "O3_1h") for p in SIX}
    if mode == "as-text" and edition == 2012:
        inputs |= {"PM10_24h": ("PM10", "24h", "PM10"), "PM2.5_24h": ("PM2.5", "24h", "PM2.5"), "O3_8h": ("O3", "8h", "O3_8h")}
        del inputs["PM10_1h"], inputs["PM2.5_1h"]
    indices, missing = {}, False
    for name, (pollutant, scale, shown) in inputs.items():
        if name not in values:
            continue
        if values[name] is None:
            missing |= not (pollutant == "O3" and any(values.get(n) is not None for n in ("O3_1h", "O3_8h")))
            continue
        found = iaqi(edition, pollutant, scale, values[name])
        if found is None and pollutant == "SO2" and values.get("SO2_24h") is not None:
            found = iaqi(edition, "SO2", "24h", values["SO2_24h"])
        indices[shown] = found
    return index_of(edition, indices, missing)


def realtime_case(sheet, edition, mode, id, values, clause, note=""):
    inputs = ({"mode": mode} if edition == 2012 else {}) | values
    sheet.add(f"hour{str(edition)[2:]}-{mode}-{id}", "aqi_hourly", f"HJ 633-{edition}", inputs, realtime(edition, mode, values), clause, note)


def daily_cases(sheet, edition):
    rule, short = f"HJ 633-{edition}", str(edition)[2:]

    def case(id, values, note="", topic="aqi_daily"):
        values = {k: None if v is None else num(v) for k, v in values.items()}
        sheet.add(f"day{short}-{id}", topic, rule, values, daily(edition, values), "日报", note)

    clean = {"SO2_24h": 8, "NO2_24h": 20, "PM10_24h": 40, "CO_24h": "0.6", "O3_8h": 80, "PM2.5_24h": 20}
    case("clean", clean, "every index at most 50: no primary pollutant")
    case("zero", dict.fromkeys(clean, 0), "the range begins at 1 in 2026")
    case("50", clean | {"PM2.5_24h": 35}, "50 is level 1 and has no primary pollutant")
    case("51", clean | {"PM2.5_24h": 36})
    for o3 in (99, 100, 101, 159, 160, 161, 215, 216, 265, 266, 799, 800, 801):
        note = "several concentrations share an index because of the ceiling" if o3 in (159, 160) else ""
        if o3 == 801 and edition == 2012:
            note = "above 800 and no value of 1 h: ozone has no index, and the rest must not stand for it (our reading)"
        case(f"o3-8h-{o3}", clean | {"O3_8h": o3}, note)
    top = POINTS[edition]
    for k in range(1, 8):
        tie = {"PM2.5_24h": top["PM2.5", "24h"][k], "PM10_24h": top["PM10", "24h"][k]}
        case(f"tie-particles-{INDEX[k]}", clean | tie, "equal indices are all primary")
        everything = {f"{p}_24h": top[p, "24h"][k] for p in ("SO2", "NO2", "PM10", "CO", "PM2.5")}
        case(f"tie-all-{INDEX[k]}", everything | ({"O3_8h": top["O3", "8h"][k]} if k < 6 else {"O3_8h": 80}), "equal indices are all primary")
    case("tie-by-ceiling", clean | {"O3_8h": 159, "NO2_24h": "79.5"}, "different values before the ceiling, equal after it")
    case("capped", clean | {"PM10_24h": 1500, "PM2.5_24h": 700}, "both end at 500")
    case("so2-24h", clean | {"SO2_24h": 475}, "475 is the 24 h breakpoint; 650 is that of 1 h")
    if edition == 2012:
        case("o3-1h-leads", clean | {"O3_1h": 250, "O3_8h": 150}, "the text names the 1 h maximum as an input of the day")
        case("o3-both", clean | {"O3_1h": 200, "O3_8h": 160}, "ozone at both averaging times")
        case("o3-8h-801-1h-900", clean | {"O3_1h": 900, "O3_8h": 801}, "above 800 the index is that of 1 h")
        case("o3-8h-801-1h-missing", clean | {"O3_1h": None, "O3_8h": 801}, "no index for ozone at any averaging time: that of the day is not known")
        case("exceeding", clean | {"PM2.5_24h": 116, "PM10_24h": 151, "NO2_24h": 80}, "exceeding: above 100, whether primary or not")
    for name in clean:
        case(f"null-{name}", clean | {name: None}, "missing", "aqi_missing")
        case(f"null-{name}-o3-161", clean | {"O3_8h": 161, "PM2.5_24h": 130} | {name: None}, "missing, the rest above 100", "aqi_missing")
        rest = {k: v for k, v in clean.items() if k != name}
        case(f"absent-{name}", rest, "not named: outside the monitoring plan, so it is not missing")
    case("null-100", clean | {"SO2_24h": None, "O3_8h": 160}, "exactly 100 is not above 100", "aqi_missing")
    case("null-101", clean | {"SO2_24h": None, "O3_8h": 161}, "", "aqi_missing")
    case("null-all", dict.fromkeys(clean), "nothing is there", "aqi_missing")
    spans = {"SO2_24h": 180, "NO2_24h": 120, "PM10_24h": 300, "CO_24h": 5, "O3_8h": 300, "PM2.5_24h": 200}
    dice = Dice(edition)
    for n in range(120):
        values = {k: F(dice.below(span * 10), 10) if k == "CO_24h" else F(dice.below(span)) for k, span in spans.items()}
        if n % 3 == 0:
            values = {k: v + F(dice.below(100), 100) for k, v in values.items()}
        if n % 4 == 1:
            values[list(spans)[dice.below(6)]] = None
        case(f"mix-{n:03}", values, topic="aqi_missing" if None in values.values() else "aqi_daily")


def hj633(edition):
    sheet = Sheet(f"hj633-{edition}")
    iaqi_cases(sheet, edition)
    daily_cases(sheet, edition)
    clean = {"SO2_1h": 8, "NO2_1h": 20, "CO_1h": "0.6", "O3_1h": 80, "PM10_1h": 40, "PM2.5_1h": 20}
    clean = {k: num(v) for k, v in clean.items()}
    published = "as-published" if edition == 2012 else "as-text"
    clause = "实时报"
    realtime_pm_cases(sheet, edition, published, clause)
    for c in (149, 150, 151, 500, 501, 650, 651, 800, 801, 2000):
        realtime_case(sheet, edition, published, f"so2-{c}", clean | {"SO2_1h": F(c)}, clause)
    for c in (159, 160, 161, 200, 201, 300, 301, 400, 401, 800, 801, 1200, 1201):
        realtime_case(sheet, edition, published, f"o3-{c}", clean | {"O3_1h": F(c)}, clause)
    for name in clean:
        realtime_case(sheet, edition, published, f"null-{name}", clean | {name: None}, clause)
        realtime_case(sheet, edition, published, f"null-{name}-heavy", clean | {"PM2.5_1h": F(160), "PM10_1h": F(360)} | {name: None}, clause)
    if edition == 2012:
        text = {k: v for k, v in clean.items() if not k.startswith("PM")} | {"O3_8h": F(70), "PM10_24h": F(40), "PM2.5_24h": F(20)}
        note = "the text puts sliding means of 24 h and ozone of 8 h beside the values of 1 h"
        realtime_case(sheet, 2012, "as-text", "clean", text, clause, note)
        for c in ("35", "35.1", "75", "75.01", "115", "151"):
            realtime_case(sheet, 2012, "as-text", f"pm25-{c}", text | {"PM2.5_24h": num(c), "PM2.5_1h": F(300)}, clause, "the value of 1 h has no index")
            realtime_case(sheet, 2012, "as-published", f"pm25-1h-beside-{c}", clean | {"PM2.5_24h": F(300), "PM2.5_1h": num(c)}, clause, "the sliding mean has no index")
        for c in (100, 101, 160, 161, 800, 801):
            realtime_case(sheet, 2012, "as-text", f"o3-8h-{c}", text | {"O3_8h": F(c)}, clause)
        realtime_case(sheet, 2012, "as-text", "o3-8h-801-1h-850", text | {"O3_8h": F(801), "O3_1h": F(850)}, clause, "above 800 the index is that of 1 h")
        realtime_case(sheet, 2012, "as-text", "o3-tie", text | {"O3_8h": F(160), "O3_1h": F(200)}, clause, "ozone at both averaging times")
        for c in (50, 475, 476):
            realtime_case(sheet, 2012, "as-published", f"so2-801-24h-{c}", clean | {"SO2_1h": F(801), "SO2_24h": F(c)}, clause, "above 800 the index is that of 24 h")
            realtime_case(sheet, 2012, "as-text", f"so2-801-24h-{c}", text | {"SO2_1h": F(801), "SO2_24h": F(c)}, clause, "above 800 the index is that of 24 h")
        realtime_case(sheet, 2012, "as-published", "so2-800-24h-2620", clean | {"SO2_1h": F(800), "SO2_24h": F(2620)}, clause, "at 800 the value of 1 h still has its index")
    dice = Dice(edition * 7)
    for n in range(40):
        spans = {"SO2_1h": 600, "NO2_1h": 400, "CO_1h": 12, "O3_1h": 350, "PM10_1h": 400, "PM2.5_1h": 250}
        values = {k: F(dice.below(span * 10), 10) if n % 2 or k == "CO_1h" else F(dice.below(span)) for k, span in spans.items()}
        realtime_case(sheet, edition, published, f"mix-{n:02}", values, clause)
    for top, level, zh, en, colour, rgb in LEVELS:
        low = 1 if top == 50 else next(t for t, *_ in reversed(LEVELS) if t < top) + 1
        for aqi in sorted({low, top - 7, top}):
            sheet.add(
                f"level{str(edition)[2:]}-{aqi}", "aqi_level", f"HJ 633-{edition}", {"AQI": F(aqi)},
                {"level": level, "category": zh, "category_en": en, "colour": colour, "rgb": rgb}, "级别表",
            )  # fmt: skip
    return sheet


# ---------------------------------------------------------------- GB 3095 Table 4 and HJ 663


def mda8_of(hours, limit=F(160)):
    windows = []
    for label in range(8, 25):
        inside = [h for h in hours[label - 8 : label] if h is not None]
        if len(inside) >= 6:
            windows.append(sum(inside) / F(len(inside)))
    valid = bool(windows) and (len(windows) >= 14 or half_even(max(windows), 0) > limit)
    return (max(windows) if valid else None), len(windows), valid


def percentile_of(values, p):
    values = sorted(values)
    k = 1 + (len(values) - 1) * F(p, 100)
    s = floor(k)
    return values[s - 1] if k == s else values[s - 1] + (values[s] - values[s - 1]) * (k - s)


def hj663():
    sheet = Sheet("hj663")
    editions = {2013: "HJ 663-2013", 2026: "HJ 663-2026"}
    for year, rule in editions.items():
        table4 = f"GB 3095-{2012 if year == 2013 else 2026} 表 4"
        dice = Dice(year)
        for n in (0, 1, 12, 18, 19, 20, 21, 22, 23, 24):
            present = list(range(24))
            while len(present) > n:
                present.pop(dice.below(len(present)))
            hours = [F(dice.below(1500), 10) if h in present else None for h in range(24)]
            there = [h for h in hours if h is not None]
            mean = sum(there) / F(len(there)) if len(there) >= 20 else None
            sheet.add(f"mean{year}-{n}-hours", "daily_mean", rule, {"hours": hours}, {"mean": mean, "valid": mean is not None, "hours": n}, table4)
        for n in range(9):
            hours = [F(100 + 7 * h) if h < n else None for h in range(8)]
            mean = sum(h for h in hours if h is not None) / F(n) if n >= 6 else None
            sheet.add(f"eight{year}-{n}-hours", "eight_hour_mean", rule, {"hours": hours}, {"mean": mean, "valid": n >= 6, "hours": n}, table4)

        def mda8(id, hours, note=""):
            value, windows, valid = mda8_of(hours)
            sheet.add(f"mda8-{year}-{id}", "mda8", rule, {"hours": hours}, {"mda8": value, "valid": valid, "windows": windows}, "6.1.2", note)

        def till(last, value):
            return [num(value) if h <= last else None for h in range(1, 25)]

        mda8("full", [F(20 + h * 3) for h in range(24)], "17 windows, labelled 8 to 24; the last is the largest")
        mda8("falling", [F(200 - h * 3) for h in range(24)], "the first window, label 8, is the largest: none begins before 01:00")
        mda8("empty", [None] * 24)
        for last in range(5, 25):
            mda8(f"until-{last}-low", till(last, 90), "hours after this label have no value")
        for value in ("159.9", "160", "160.4", "160.5", "160.6", "161", "240"):
            mda8(f"13-windows-{value}", till(18, value), "13 windows: valid only when it exceeds 160 after rounding half to even")
            mda8(f"14-windows-{value}", till(19, value), "14 windows: valid at any value")
            mda8(f"one-window-{value}", [num(value) if 3 <= h <= 8 else None for h in range(1, 25)], "a single window of six hours")
        for n in (5, 6, 7, 8):
            mda8(f"window-of-{n}", [F(300) if 17 <= h < 17 + n else F(100) if h < 17 else None for h in range(1, 25)])
            mda8(f"last-window-of-{n}", [F(180 + h) if h > 24 - n else None for h in range(1, 25)], "only the window labelled 24 can count")
        for n in range(30):
            hours = [None if dice.below(5) == 0 else F(dice.below(260)) for _ in range(24)]
            mda8(f"mix-{n:02}", hours)

        full = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
        first = 2025 if year == 2013 else 2027
        leap = 2024 if year == 2013 else 2028

        def valid(id, period, days, ok, note="", statistic="mean"):
            inputs = {"period": period, "statistic": statistic, "days_by_month": [F(d) for d in days]}
            sheet.add(f"valid{year}-{id}", "period_validity", rule, inputs, {"valid": ok, "days": sum(days)}, table4, note)

        def year_is_valid(days):
            return sum(days) >= 324 and all(d >= (25 if m == 1 else 27) for m, d in enumerate(days))

        for statistic in ("mean", "percentile"):
            short = statistic[:4]

            def annual(id, days, note="", period=first):
                valid(f"{short}-{id}", str(period), days, year_is_valid(days), note, statistic)

            annual("full", full)
            annual("least-months", [27, 25] + [27] * 10, "322 days: every month suffices, the year does not")
            annual("323", [27, 25, 28] + [27] * 9, "323 days")
            annual("324", [27, 25, 28, 28] + [27] * 8, "324 days, every month at its least or above")
            for month in range(12):
                need = 25 if month == 1 else 27
                for have in (need - 1, need):
                    annual(f"month-{month + 1:02}-{have}", full[:month] + [have] + full[month + 1 :])
            annual("leap-february-25", [31, 25] + full[2:], "a leap year does not ask for more", leap)
            annual("leap-february-24", [31, 24] + full[2:], "", leap)
            annual("empty", [0] * 12)
            for month, have, ok in ((1, 26, False), (1, 27, True), (2, 24, False), (2, 25, True), (12, 31, True)):
                note = "inferred: the monthly numbers of the year, used alone"
                valid(f"{short}-only-{month:02}-{have}", f"{first}-{month:02}", [have], ok, note, statistic)
            for quarter, days, ok in (("Q1", [27, 25, 27], True), ("Q1", [27, 24, 31], False), ("Q2", [30, 26, 30], False), ("Q3", [27, 27, 27], True)):
                note = "inferred: every month of the quarter is held to its number"
                valid(f"{short}-{quarter}-{'-'.join(map(str, days))}", f"{first}{quarter}", days, ok, note, statistic)

        def site_need(n):
            return max(1, ceil(F(n) * (F(3, 4) if n >= 4 else F(1, 2))))

        for n in range(1, 13):
            for have in sorted({0, site_need(n) - 1, site_need(n), n}):
                sites = [F(40 + 7 * i, 1) if i < have else None for i in range(n)]
                mean = sum(sites[:have]) / F(have) if have >= site_need(n) else None
                sheet.add(
                    f"city{year}-{have}-of-{n}", "city_mean", rule, {"sites": sites},
                    {"city": mean, "valid": mean is not None, "need": site_need(n)}, "城市统计", "share of sites: from memory, unverified",
                )  # fmt: skip
        sheet.add(
            f"city{year}-o3", "city_mean", rule, {"sites": [num("160.125"), F(151), F(173), F(148)]},
            {"city": F("632.125") / 4}, "表 A.2" if year == 2026 else "附录 A", "city ozone: the mean of the sites' own daily maxima",
        )  # fmt: skip
        for part, whole in ((0, 365), (1, 3), (2, 3), (1, 8), (327, 366), (365, 365), (1, 1), (333, 2000), (177, 200), (1, 400)):
            expected = half_even(F(part * 100, whole), 1)
            sheet.add(f"rate{year}-{part}-{whole}", "rate", rule, {"part": F(part), "whole": F(whole)}, {"rate": expected}, "达标率, 一位小数")
        sheet.add(f"rate{year}-0-0", "rate", rule, {"part": F(0), "whole": F(0)}, {"rate": None}, "达标率, 一位小数", "no valid day")

    def percent(id, values, p, note=""):
        sheet.add(f"pct-{id}-p{p}", "percentile", "HJ 663, k = 1 + (n - 1) p", {"values": values, "p": F(p)},
                  {"percentile": percentile_of([v for v in values if v is not None], p)}, "附录 A.6", note)  # fmt: skip

    for p in (0, 1, 50, 90, 95, 98, 99, 100):
        percent("one", [num("42.5")], p, "a single value is every percentile")
        percent("two", [F(10), F(20)], p)
        percent("ties", [F(7), F(7), F(7), F(3), F(3), F(9)], p)
        percent("eleven", [F(v * v) for v in range(11, 0, -1)], p, "k is an integer at 0, 50, 90 and 100")
        percent("twenty-one", [F(v * 3) for v in range(21)], p)
        percent("nulls", [F(5), None, F(8), None, F(1)], p, "missing days do not count")
        percent("tenths", [F(v, 10) for v in (8, 3, 12, 7, 7, 21, 4)], p)
        percent("all-equal", [F(60)] * 9, p)
    for n in (28, 90, 181, 324, 359, 365, 366):
        dice = Dice(n)
        values = [F(dice.below(250)) for _ in range(n)]
        for p in (90, 95, 98):
            percent(f"days-{n}", values, p)
    for n in (324, 365, 366):
        for p in (90, 95, 98):
            sheet.add(f"pct-range-{n}-p{p}", "percentile", "HJ 663, k = 1 + (n - 1) p", {"values": f"1..{n}", "p": F(p)},
                      {"percentile": 1 + (n - 1) * F(p, 100)}, "附录 A.6", "the values 1, 2, …, n")  # fmt: skip
    sheet.add("mean-of-days", "percentile", "HJ 663", {"values": [F(31), F(30), None, F(30)]}, {"mean": F(91, 3), "n": 3}, "附录 A", "a month, quarter or year is the mean of its days")
    return sheet


# ---------------------------------------------------------------- GB 3095

# pollutant, averaging, then class I and II of 2012, of the transition and of the final phase
LIMITS = """
SO2 annual 20 60 20 60 20 20
SO2 24h 50 150 50 150 50 50
SO2 1h 150 500 150 500 150 150
NO2 annual 40 40 40 40 30 30
NO2 24h 80 80 80 80 50 50
NO2 1h 200 200 200 200 200 200
CO 24h 4 4 4 4 4 4
CO 1h 10 10 10 10 10 10
O3 mda8 100 160 100 160 100 160
O3 1h 160 200 160 200 160 200
PM10 annual 40 70 40 60 20 50
PM10 24h 50 150 50 120 50 100
PM2.5 annual 15 35 15 30 10 25
PM2.5 24h 35 75 35 60 25 50
TSP annual 80 200 80 200 80 200
TSP 24h 120 300 120 300 120 300
NOx annual 50 50 50 50 40 40
NOx 24h 100 100 100 100 70 70
NOx 1h 250 250 250 250 250 250
Pb annual 0.5 0.5 0.5 0.5 0.5 0.5
Pb quarter 1 1 1 1 1 1
BaP annual 0.001 0.001 0.001 0.001 0.001 0.001
BaP 24h 0.0025 0.0025 0.0025 0.0025 0.0025 0.0025
"""
DIGITS = {"CO": 1, "Pb": 2, "BaP": 4}


def gb3095():
    sheet = Sheet("gb3095")
    phases = [("2012", "GB 3095-2012"), ("transition", "GB 3095-2026, transition"), ("final", "GB 3095-2026, final")]
    for line in LIMITS.split("\n"):
        if not line:
            continue
        pollutant, time, *limits = line.split()
        digits = DIGITS.get(pollutant, 0)
        step = F(1, 10**digits)
        for (phase, rule), one, two in zip(phases, limits[0::2], limits[1::2]):
            one, two = num(one), num(two)
            # The table of digits of 2013 has no row for Pb and BaP: only values of the limit's own digits are asked there.
            halves = [] if phase == "2012" and pollutant in ("Pb", "BaP") else ["0.4", "0.5", "0.6"]
            wanted = {F(0)}
            for limit in (one, two):
                wanted |= {limit - step, limit, limit + step, limit * 2}
                wanted |= {limit + step * num(h) for h in halves} | {limit - step * num(h) for h in halves}
            for value in sorted(wanted):
                compared = half_even(value, digits)
                expected = {"compared": compared, "class1": compared <= one, "class2": compared <= two}
                expected["exceedance_multiple"] = half_even((compared - two) / two, 2) if compared > two else None
                odd = int(two / step) % 2 == 1
                tie = abs(value - two) == step / 2
                note = f"half a digit {'above' if value > two else 'below'} {'an odd' if odd else 'an even'} limit" if tie else ""
                sheet.add(f"{phase}-{pollutant}-{time}-{show(value)}", "attainment", rule,
                          {"pollutant": pollutant, "averaging": time, "value": value}, expected, "表 1、表 2; HJ 663 数据修约", note)  # fmt: skip
    # Round once, from the unrounded mean.
    for phase, rule, value in (("transition", phases[1][1], "30.45"), ("transition", phases[1][1], "30.4999"), ("transition", phases[1][1], "30.5001"),
                               ("final", phases[2][1], "25.45"), ("final", phases[2][1], "25.5"), ("final", phases[2][1], "25.4999")):  # fmt: skip
        limit = 30 if phase == "transition" else 25
        compared = half_even(num(value), 0)
        id = f"{phase}-once-{value}"
        sheet.add(id, "attainment", rule, {"pollutant": "PM2.5", "averaging": "annual", "value": num(value)},
                  {"compared": compared, "class2": compared <= limit}, "HJ 663-2026 表 3", "rounded once from the unrounded mean, not from a printed decimal")  # fmt: skip
    return sheet


# ---------------------------------------------------------------- composite index and ranking

DIVISORS = {
    "composite index, GB 3095-2012 limits": {"SO2": 60, "NO2": 40, "PM10": 70, "PM2.5": 35, "CO": 4, "O3": 160},
    "composite index, GB 3095-2026 transition limits": {"SO2": 60, "NO2": 40, "PM10": 60, "PM2.5": 30, "CO": 4, "O3": 160},
    "composite index, GB 3095-2026 final limits": {"SO2": 20, "NO2": 30, "PM10": 50, "PM2.5": 25, "CO": 4, "O3": 160},
}
STATISTIC = {"SO2": "SO2", "NO2": "NO2", "PM10": "PM10", "PM2.5": "PM2.5", "CO": "CO_p95", "O3": "O3_mda8_p90"}


def composite_index():
    sheet = Sheet("composite-index")
    for rule, divisors in DIVISORS.items():
        short = rule.split("GB 3095-")[1].replace(" limits", "").replace(" ", "-")

        def case(id, values, note=""):
            values = {p: None if v is None else num(v) for p, v in values.items()}
            inputs = {STATISTIC[p]: v for p, v in values.items()}
            if any(values.get(p) is None for p in divisors):
                expected = {"index": "NA"}
            else:
                terms = {p: half_even(half_even(values[p], 1 if p == "CO" else 0) / s, 2) for p, s in divisors.items()}
                most = max(terms.values())
                expected = {"index": sum(terms.values())} | {f"I_{p}": t for p, t in terms.items()}
                expected["leading"] = [p for p in terms if terms[p] == most]
            sheet.add(f"ci-{short}-{id}", "composite_index", rule, inputs, expected, "综合指数", note)

        base = {"SO2": 9, "NO2": 31, "PM10": 66, "PM2.5": 38, "CO": "1.2", "O3": 158}
        case("base", base)
        case("at-limits", divisors, "every single index is 1")
        case("zero", dict.fromkeys(divisors, 0))
        for no2 in (1, 3, 5, 7, 13, 21, 33, 39):
            case(f"no2-{no2}", base | {"NO2": no2}, "over 40 an exact half goes to the even digit" if divisors["NO2"] == 40 else "")
        for co in ("0.1", "0.3", "0.5", "0.7", "0.9", "1.1", "1.5"):
            case(f"co-{co}", base | {"CO": co}, "an odd tenth over 4 is an exact half of the second digit")
        for o3 in (4, 12, 20, 92, 100, 124, 132, 156):
            case(f"o3-{o3}", base | {"O3": o3}, "over 160 an exact half goes to the even digit")
        case("half-ties", base | {"NO2": 13, "CO": "0.5", "O3": 20}, "three terms at an exact half")
        for name, low, tie, high in (("PM2.5", "34.4", "34.5", "35.5"), ("SO2", "9.4", "9.5", "10.5"), ("CO", "1.14", "1.15", "1.25")):
            for value in (low, tie, high):
                case(f"unrounded-{name}-{value}", base | {name: value}, "the concentration is rounded half to even before it is divided")
        for p in divisors:
            case(f"missing-{p}", base | {p: None}, "one of the six is missing: no index")
        equal = {"SO2": 3, "NO2": 2, "PM10": divisors["PM10"], "PM2.5": divisors["PM2.5"], "CO": "0.4", "O3": 80}
        case("two-lead", equal, "equal terms lead together")
        dice = Dice(len(short))
        for n in range(40):
            spans = {"SO2": 30, "NO2": 60, "PM10": 140, "PM2.5": 80, "CO": 30, "O3": 220}
            case(f"mix-{n:02}", {p: F(dice.below(s), 10) if p == "CO" else dice.below(s) for p, s in spans.items()})
    return sheet


def ranking():
    sheet = Sheet("ranking")

    def case(id, rule, values, note="", descending=False, dense=False):
        values = {k: None if v is None else num(v) for k, v in values.items()}
        there = [v for v in values.values() if v is not None]
        pool = sorted(set(there), reverse=descending) if dense else sorted(there, reverse=descending)
        ranks = {k: None if v is None else pool.index(v) + 1 for k, v in values.items()}
        sheet.add(f"rank-{id}", "rank", rule, values, ranks, "排名", note)

    three = {"甲": "3.21", "乙": "2.98", "丙": "4.07"}
    case("three", "composite index ascending", three)
    case("one", "composite index ascending", {"甲": "3.21"})
    tie = {"甲": "3.21", "乙": "2.98", "丙": "3.21", "丁": "4.07", "戊": "2.98", "己": "3.21"}
    for dense in (False, True):
        words = "dense ranking" if dense else "competition ranking"
        case(f"ties-{'dense' if dense else 'competition'}", f"composite index ascending, {words} on ties", tie, "1,1,2,2,2,3" if dense else "1,1,3,3,3,6", dense=dense)
        case(f"all-equal-{'dense' if dense else 'competition'}", f"composite index ascending, {words} on ties", dict.fromkeys(tie, "3"), dense=dense)
        case(f"good-{'dense' if dense else 'competition'}", f"good-day ratio descending, {words} on ties", {"A": "91.2", "B": "88", "C": "91.2", "D": 100}, descending=True, dense=dense)
        case(f"null-{'dense' if dense else 'competition'}", f"composite index ascending, {words} on ties", tie | {"乙": None}, "a place without an index has no rank", dense=dense)
    case("digits", "composite index ascending", {"A": "3.2", "B": "3.20", "C": "3.19"}, "3.2 and 3.20 are equal")
    case("change", "change rate ascending, competition ranking on ties", {"A": "-8.3", "B": "2.1", "C": "0", "D": "-8.3", "E": "-10.2"}, "negative is better")
    dice = Dice(11)
    case("forty", "composite index ascending, competition ranking on ties", {f"C{i:02}": F(200 + dice.below(60), 100) for i in range(40)})
    split = {"A": {"good_ratio": num(95), "PM2.5": num(30)}, "B": {"good_ratio": num(95), "PM2.5": num(29)}, "C": {"good_ratio": num(97), "PM2.5": num(60)}, "D": {"good_ratio": num(95), "PM2.5": num(30)}}
    sheet.add("rank-good-split", "rank", "good-day ratio descending, equal ratios split by PM2.5, competition ranking on ties", split, {"C": 1, "B": 2, "A": 3, "D": 3}, "优良天数比例并列", "equal ratios are split by PM2.5 and only then shared")

    for now, before in (("3.21", "3.50"), ("3.50", "3.21"), ("4", "4"), ("2.05", "2"), ("1.95", "2"), ("2.96", "2.9"), ("0", "3.1"), ("4.1", "4"), ("3.9", "4"), ("5.13", "4.87")):
        exact = (num(now) - num(before)) / num(before) * 100
        sheet.add(f"change-{now}-{before}", "change_rate", "change rate, one decimal", {"now": num(now), "before": num(before)}, {"change_rate": half_even(exact, 1)}, "变化率", "negative is better; one decimal: from memory, unverified")
    sheet.add("change-from-zero", "change_rate", "change rate, one decimal", {"now": num("3.1"), "before": F(0)}, {"change_rate": None}, "变化率", "no rate of nothing")
    return sheet


def gbt8170():
    sheet = Sheet("gbt8170")
    for digits in (0, 1, 2):
        step = F(1, 10**digits)
        for whole in (0, 1, 2, 3, 9, 10, 34, 35, 60, 61, 99, 100, 999):
            for tail in ("0", "0.4", "0.49999", "0.5", "0.50001", "0.6", "0.99"):
                value = (whole + num(tail)) * step
                sheet.add(f"round-{digits}-{show(value)}", "round", "GB/T 8170", {"value": value, "decimals": F(digits)}, {"rounded": half_even(value, digits)}, "3.2")
        for value in ("-0.5", "-1.5", "-2.5", "-2.51", "-0.4"):
            value = num(value) * step
            sheet.add(f"round-{digits}-{show(value)}", "round", "GB/T 8170", {"value": value, "decimals": F(digits)}, {"rounded": half_even(value, digits)}, "3.2", "below zero the even digit wins too")
    return sheet


# ---------------------------------------------------------------- warnings

# level, groups of (index, above or at least, threshold, hours); the highest level that holds
PLANS = {
    "warning-2016": ("unified levels of 2016, four levels", [
        ("blue", [[("day", ">", 200, 24)]]),
        ("yellow", [[("day", ">", 200, 48)]]),
        ("orange", [[("day", ">", 200, 72), ("day", ">", 300, 24)]]),
        ("red", [[("day", ">", 200, 96), ("day", ">", 300, 48)], [("day", ">=", 500, 24)]]),
    ]),
    "warning-2018": ("three-level national scheme", [
        ("yellow", [[("day", ">", 200, 48)]]),
        ("orange", [[("day", ">", 200, 72)]]),
        ("red", [[("day", ">", 200, 96), ("day", ">", 300, 48)], [("day", ">=", 500, 24)]]),
    ]),
    "warning-2024": ("national Huandaqi [2024] 6", [
        ("yellow", [[("day", ">", 200, 24)], [("day", ">", 150, 48)]]),
        ("orange", [[("day", ">", 200, 48)], [("day", ">", 150, 72)]]),
        ("red", [[("day", ">", 200, 72), ("day", ">", 300, 24)]]),
    ]),
    "shandong-draft": ("Shandong draft of 2022-11", [
        ("yellow", [[("day", ">", 150, 48), ("hour", ">", 200, 1)]]),
        ("orange", [[("day", ">", 150, 72), ("day", ">", 200, 24)]]),
        ("red", [[("day", ">", 200, 72), ("day", ">", 300, 24)]]),
    ]),
    "qingdao-2016": ("Qingdao 2016", [
        ("blue", [[("day", ">", 200, 24)]]),
        ("yellow", [[("day", ">", 200, 72)]]),
        ("orange", [[("day", ">", 300, 72)]]),
        ("red", [[("day", ">=", 500, 24)]]),
    ]),
}  # fmt: skip


def longest(values, sign, threshold):
    best = run = 0
    for v in values:
        run = run + 1 if v is not None and (v > threshold if sign == ">" else v >= threshold) else 0
        best = max(best, run)
    return best


def warning():
    sheet = Sheet("warning")
    episodes = [
        [200], [201], [150, 150], [151, 151], [151, 151, 151], [201, 201], [201, 200, 201], [201, 201, 201], [201, None, 201, 201],
        [150, 201, 201, 150], [201] * 4, [201, 301, 201], [301, 301], [301, 301, 301], [301, 301, 201, 201], [301, 201, 301, 201],
        [201, 201, 201, 301, 301], [499], [500], [120, 500, 90], [151, 201, 151], [160, 170, 180, 190], [300, 300, 300, 300], [],
    ]  # fmt: skip
    for plan, (rule, levels) in PLANS.items():

        def level_of_days(days, hourly):
            def holds(measure, sign, threshold, hours):
                if measure == "hour":
                    return longest(hourly, sign, threshold) >= hours
                return longest(days, sign, threshold) * 24 >= hours

            return next((name for name, groups in reversed(levels) if any(all(holds(*c) for c in group) for group in groups)), None)

        for days in episodes:
            if not days:
                days = [40, 55, 90]
            for hourly in ([], [180, 201, 190]) if plan == "shandong-draft" else ([],):
                inputs = {"daily_aqi": [None if d is None else F(d) for d in days]} | ({"hourly_aqi": [F(h) for h in hourly]} if hourly else {})
                id = "-".join("na" if d is None else str(d) for d in days) + ("-hourly" if hourly else "")
                sheet.add(f"{plan}-{id}", "warning_level", rule, inputs, {"level": level_of_days(days, hourly) or "NA"}, "预警分级", "natural days")

        def level_of_running(values):
            # A running mean covers the 24 hours before it: n of them in a row cover n + 23.
            def holds(measure, sign, threshold, hours):
                if measure == "hour":
                    return False
                run = longest(values, sign, threshold)
                return run > 0 and run + 23 >= hours

            return next((name for name, groups in reversed(levels) if any(all(holds(*c) for c in group) for group in groups)), None)

        for aqi, count in ((201, 1), (201, 24), (201, 25), (201, 48), (201, 49), (201, 72), (201, 73), (151, 24), (151, 25), (151, 48), (151, 49), (301, 25), (301, 49), (500, 1)):
            values = [F(90)] + [F(aqi)] * count + [F(80)]
            sheet.add(f"{plan}-running-{aqi}x{count}", "warning_level", rule, {"running_24h_aqi": values}, {"level": level_of_running(values) or "NA"}, "预警分级", "running 24 h means, one an hour: 24 h is one mean, 48 h is 25 in a row")
    return sheet


# ---------------------------------------------------------------- compensation

PROVINCE = {"PM2.5": "0.60", "PM10": "0.15", "SO2": "0.15", "NO2": "0.10"}
SCHEMES = {
    "Shandong 2014: score x factor x 20": (PROVINCE, 20),
    "Shandong 2015-03: score x factor x 20": (PROVINCE, 20),
    "Shandong 2015-12: score x factor x 40": (PROVINCE, 40),
    "Shandong 2017: score x factor x 80": (PROVINCE, 80),
    "Qingdao 2015: 10 x score": ({"PM2.5": "0.60", "PM10": "0.15", "NO2": "0.15", "SO2": "0.10"}, 10),
    "Qingdao 2016: 40 x (0.60 dPM2.5 + 0.40 dPM10)": ({"PM2.5": "0.60", "PM10": "0.40"}, 40),
    "Qingdao 2017: 40 x score": ({"PM2.5": "0.40", "PM10": "0.35", "NO2": "0.15", "SO2": "0.10"}, 40),
}
FACTORS = {"Qingdao": "1.5", "Yantai": "1.5", "Weihai": "1.5", "Rizhao": "1.5"} | dict.fromkeys(
    ["Jinan", "Zibo", "Zaozhuang", "Dongying", "Weifang", "Jining", "Taian", "Laiwu", "Linyi", "Dezhou", "Liaocheng", "Binzhou", "Heze"], "1"
)


def compensation():
    sheet = Sheet("compensation")
    dice = Dice(5)
    for rule, (weights, coefficient) in SCHEMES.items():
        short = rule.split(":")[0].replace(" ", "-").lower()
        provincial = rule.startswith("Shandong")
        note = "positive: the province pays the city" if provincial else "positive: the city pays the district"
        for place in FACTORS if provincial else ["Shinan", "Shibei", "Licang"]:
            before = {p: F(dice.below(60) + 20) for p in weights}
            now = {p: max(F(0), b + dice.below(21) - 12) for p, b in before.items()}
            if place == "Weihai":
                now = {p: b + F(1, 2) for p, b in before.items()}
            score = sum(num(w) * (before[p] - now[p]) for p, w in weights.items())
            factor = num(FACTORS[place]) if provincial else F(1)
            inputs = {"city" if provincial else "district": place}
            inputs |= {f"{p}_prev": before[p] for p in weights} | {f"{p}_now": now[p] for p in weights}
            expected = {"amount_10k_yuan": score * factor * coefficient, "score": score}
            sheet.add(f"comp-{short}-{place.lower()}", "compensation", rule, inputs, expected, "补偿资金计算", note)
        for score in ("15.15", "-1.8", "0", "0.05"):
            inputs = {"score": num(score)} | ({"factor": num("1.5")} if provincial else {})
            amount = num(score) * (num("1.5") if provincial else 1) * coefficient
            sheet.add(f"comp-{short}-score-{score}", "compensation", rule, inputs, {"amount_10k_yuan": amount}, "补偿资金计算", note)
    return sheet


# ---------------------------------------------------------------- writing

SHEETS = [lambda: hj633(2012), lambda: hj633(2026), hj663, gb3095, composite_index, ranking, gbt8170, warning, compensation]


def main():
    check = "--check" in sys.argv[1:]
    stale = []
    for make in SHEETS:
        sheet = make()
        path = OUT / f"{sheet.name}.csv"
        if check:
            if not path.exists() or path.read_text(encoding="utf-8") != sheet.text():
                stale.append(path.name)
        else:
            path.write_text(sheet.text(), encoding="utf-8")
        print(f"{len(sheet.rows):5} {path.name}")
    if stale:
        sys.exit(f"not what derive.py gives: {', '.join(stale)}")


if __name__ == "__main__":
    main()
