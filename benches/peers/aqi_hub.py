#!/usr/bin/env python3
"""Times the Python package aqi-hub on hours like those of `cargo bench -p lanwan-standards --bench aqi`.

    python3 -m venv VENV && VENV/bin/pip install aqi-hub==0.2.1
    VENV/bin/python benches/peers/aqi_hub.py [HOURS]

Prints station-hours a second of one core: index, individual indices and primary pollutants of 1 h values. The rows have no
missing value (the package warns about each) and no SO2 above 800.
"""

import sys
import time
from importlib.metadata import version
from statistics import median

# This file has the package's name: without its folder on the path, the package is found.
sys.path.pop(0)

from aqi_hub.aqi_cn.aqi import cal_aqi_cn, cal_primary_pollutant

# Upper ends of everyday concentrations: SO2, NO2, CO in tenths, O3, PM10, PM2.5.
SPAN = [80, 120, 30, 260, 300, 200]
MASK = 2**64 - 1


def rows(hours, one_more_digit):
    state = 0x123456789ABCDEF1

    def below(n):
        nonlocal state
        state ^= state << 13 & MASK
        state ^= state >> 7
        state ^= state << 17 & MASK
        return state % n

    by = [1, 1, 10, 1, 1, 1]
    if one_more_digit:
        return [[below(span * 10) / (10 * b) for span, b in zip(SPAN, by)] for _ in range(hours)]
    return [[below(span) / b if b > 1 else below(span) for span, b in zip(SPAN, by)] for _ in range(hours)]


def run(table):
    begin = time.perf_counter()
    total = 0
    for so2, no2, co, o3, pm10, pm25 in table:
        aqi, iaqi = cal_aqi_cn(pm25=pm25, pm10=pm10, so2=so2, no2=no2, co=co, o3=o3, data_type="hourly")
        total += aqi + len(cal_primary_pollutant(iaqi))
    return len(table) / (time.perf_counter() - begin), total


def main():
    hours = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    print(f"aqi-hub {version('aqi-hub')}, Python {sys.version.split()[0]}, {hours} station-hours, median of 5")
    for name, more in (("whole numbers", False), ("one more digit", True)):
        table = rows(hours, more)
        print(f"{name:15} {median(run(table)[0] for _ in range(5)):12,.0f} station-hours/s")


if __name__ == "__main__":
    main()
