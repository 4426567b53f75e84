"""A national year on Polars, DuckDB and Lanwan: from the store to the annual findings of every station.

    python3 national_year.py LANWAN DATA_FOLDER WORK_FOLDER [RUNS]

Peers read a wide Parquet file (a column a pollutant, corrections already applied, sorted by station and hour), which this
script makes once from the table; Lanwan reads its own table with all corrections in it. Each run is a process of its own;
printed are the median time, the peak memory, and the ratio. All three must give the same number of stations, the same sum
of good days, and the same mean of annual PM2.5 to nine digits.
"""
import glob
import os
import resource
import statistics
import subprocess
import sys
import time

COLUMNS = {"a21026": "so2", "a21004": "no2", "a21005": "co", "a05024": "o3", "a34002": "pm10", "a34004": "pm25"}
MEANS = ["so2", "no2", "co", "pm10", "pm25"]
BREAKS = {
    "so2": [0, 50, 150, 475, 800, 1600, 2100, 2620],
    "no2": [0, 40, 80, 180, 280, 565, 750, 940],
    "co": [0, 2, 4, 14, 24, 36, 48, 60],
    "o3": [0, 100, 160, 215, 265, 800],
    "o3_1h": [0, 160, 200, 300, 400, 800, 1000, 1200],
    "pm10": [0, 50, 150, 250, 350, 420, 500, 600],
    "pm25": [0, 35, 75, 115, 150, 250, 350, 500],
}
INDEX = [0, 50, 100, 150, 200, 300, 400, 500]
PERCENTILES = {"so2": 0.98, "no2": 0.98, "co": 0.95, "pm10": 0.95, "pm25": 0.95, "o3": 0.90}
DIVISORS = {"so2": 60, "no2": 40, "pm10": 70, "pm25": 35, "co": 4, "o3": 160}
# 10^-9 keeps the ceiling from rising on a rounding error of the floats.
EPSILON = "0.000000001"


def prepare(table, wide):
    import duckdb
    from deltalake import DeltaTable

    files = DeltaTable(table).file_uris()
    picks = ", ".join(
        f"max_by(value, learned_at) FILTER (pollutant = '{code}')::DOUBLE AS {name}" for code, name in COLUMNS.items()
    )
    db = duckdb.connect()
    db.execute("SET memory_limit='12GB'; SET preserve_insertion_order=true")
    listed = ", ".join(f"'{f.removeprefix('file://')}'" for f in files)
    db.execute(
        f"COPY (SELECT monitor, start + INTERVAL 8 HOUR AS start, {picks} FROM read_parquet([{listed}], hive_partitioning=false)"
        f" GROUP BY monitor, start ORDER BY monitor, start) TO '{wide}' (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE 262144)"
    )


def run_duckdb(wide):
    import duckdb

    def iaqi(column, name):
        arms = []
        points = BREAKS[name]
        for low, high, i, j in zip(points, points[1:], INDEX, INDEX[1:]):
            arms.append(f"WHEN {column} <= {high} THEN ceil(({j} - {i}) / ({high} - {low}.0) * ({column} - {low}) + {i} - {EPSILON})")
        above = "NULL" if name == "o3" else "500"
        return f"CASE WHEN {column} IS NULL THEN NULL {' '.join(arms)} ELSE {above} END"

    day = "date_trunc('day', start)"
    means = ", ".join(f"CASE WHEN count({c}) >= 20 THEN avg({c}) END AS {c}" for c in MEANS)
    aqi = "greatest(" + ", ".join(iaqi(c, c) for c in [*MEANS, "o3"]) + f", {iaqi('o3_1h', 'o3_1h')})"
    stats = ", ".join(
        [f"avg({c}) AS {c}_mean" for c in MEANS]
        + [f"quantile_cont({c}, {p}) AS {c}_p" for c, p in PERCENTILES.items()]
        + [f"count({c}) AS {c}_n" for c in PERCENTILES]
    )
    index = " + ".join(
        [f"round_even(round_even({c}_mean, 0) / {DIVISORS[c]}.0, 2)" for c in ("so2", "no2", "pm10", "pm25")]
        + [f"round_even(round_even(co_p, 1) / {DIVISORS['co']}.0, 2)", f"round_even(round_even(o3_p, 0) / {DIVISORS['o3']}.0, 2)"]
    )
    sql = f"""
    WITH hours AS (
      SELECT *, {day} AS day, hour(start) AS h,
        avg(o3) OVER w AS o3_8h, count(o3) OVER w AS o3_n
      FROM read_parquet('{wide}')
      WINDOW w AS (PARTITION BY monitor, {day} ORDER BY start RANGE BETWEEN INTERVAL 7 HOUR PRECEDING AND CURRENT ROW)
    ), days AS (
      SELECT monitor, day, {means},
        CASE WHEN count(o3) >= 20 THEN max(o3) END AS o3_1h,
        max(o3_8h) FILTER (h >= 7 AND o3_n >= 6) AS mda8,
        count(*) FILTER (h >= 7 AND o3_n >= 6) AS windows
      FROM hours GROUP BY monitor, day
    ), valid AS (
      SELECT * EXCLUDE (mda8, windows), CASE WHEN windows >= 14 OR round_even(mda8, 0) > 160 THEN mda8 END AS o3 FROM days
    ), judged AS (SELECT *, {aqi} AS aqi FROM valid)
    SELECT monitor, {stats}, count(*) FILTER (aqi <= 100) AS good, count(aqi) AS valid,
      count(*) FILTER (aqi > 200) AS heavy FROM judged GROUP BY monitor
    """
    rows = duckdb.connect().execute(
        f"SELECT count(*), sum(good), avg(pm25_mean), sum({index}) FROM ({sql})"
    ).fetchone()
    print(rows[0], int(rows[1]), f"{rows[2]:.9f}", f"{rows[3]:.2f}")


def run_polars(wide):
    import polars as pl

    def iaqi(name):
        points = BREAKS[name]
        expression = pl.lit(None if name == "o3" else 500, dtype=pl.Float64)
        for low, high, i, j in reversed(list(zip(points, points[1:], INDEX, INDEX[1:]))):
            c = pl.col(name)
            value = ((j - i) / (high - low) * (c - low) + i - float(EPSILON)).ceil()
            expression = pl.when(c <= high).then(value).otherwise(expression)
        return pl.when(pl.col(name).is_not_null()).then(expression)

    # Every station has all its hours, so a window of eight rows is a window of eight hours.
    complete = pl.col("o3").is_not_null().cast(pl.Int32)
    days = (
        pl.scan_parquet(wide)
        .with_columns(day=pl.col("start").dt.date(), h=pl.col("start").dt.hour())
        .with_columns(
            o3_sum=pl.col("o3").fill_null(0).rolling_sum(8, min_samples=8).over("monitor"),
            o3_n=complete.rolling_sum(8, min_samples=8).over("monitor"),
        )
        .with_columns(o3_8h=pl.when((pl.col("h") >= 7) & (pl.col("o3_n") >= 6)).then(pl.col("o3_sum") / pl.col("o3_n")))
        .group_by("monitor", "day")
        .agg(
            *[pl.when(pl.col(c).count() >= 20).then(pl.col(c).mean()).alias(c) for c in MEANS],
            pl.when(pl.col("o3").count() >= 20).then(pl.col("o3").max()).alias("o3_1h"),
            pl.col("o3_8h").max().alias("mda8"),
            pl.col("o3_8h").count().alias("windows"),
        )
        .with_columns(
            o3=pl.when((pl.col("windows") >= 14) | (pl.col("mda8").round(0, mode="half_to_even") > 160)).then(pl.col("mda8"))
        )
        .with_columns(aqi=pl.max_horizontal(*[iaqi(n) for n in BREAKS]))
    )
    years = days.group_by("monitor").agg(
        *[pl.col(c).mean().alias(f"{c}_mean") for c in MEANS],
        *[pl.col(c).quantile(p, interpolation="linear").alias(f"{c}_p") for c, p in PERCENTILES.items()],
        *[pl.col(c).count().alias(f"{c}_n") for c in PERCENTILES],
        (pl.col("aqi") <= 100).sum().alias("good"),
        pl.col("aqi").count().alias("valid"),
        (pl.col("aqi") > 200).sum().alias("heavy"),
    )

    def even(e, d):
        return e.round(d, mode="half_to_even")

    index = sum(
        [even(even(pl.col(f"{c}_mean"), 0) / DIVISORS[c], 2) for c in ("so2", "no2", "pm10", "pm25")]
        + [even(even(pl.col("co_p"), 1) / DIVISORS["co"], 2), even(even(pl.col("o3_p"), 0) / DIVISORS["o3"], 2)]
    )
    found = years.select(pl.len(), pl.col("good").sum(), pl.col("pm25_mean").mean(), index.sum().alias("idx")).collect()
    n, good, mean, total = found.row(0)
    print(n, good, f"{mean:.9f}", f"{total:.2f}")


def lanwan_summary(path):
    import csv

    from fractions import Fraction

    n = good = 0
    total = Fraction(0)
    with open(path) as file:
        for row in csv.DictReader(file):
            n += 1
            good += int(row["good_days"])
            total += Fraction(row["index"] or "0")
    return n, good, float(total)


def measured(command, out, runs):
    times, peak = [], 0
    for _ in range(runs):
        begun = time.perf_counter()
        with open(out, "w") as file:
            process = subprocess.Popen(command, stdout=file)
            _, status, usage = os.wait4(process.pid, 0)
        times.append(time.perf_counter() - begun)
        if status != 0:
            raise SystemExit(f"{command[0]} failed")
        peak = max(peak, usage.ru_maxrss)
    return statistics.median(times), peak / 1024


def main():
    if sys.argv[1] in ("duckdb", "polars"):
        {"duckdb": run_duckdb, "polars": run_polars}[sys.argv[1]](sys.argv[2])
        return
    lanwan, data, work = sys.argv[1:4]
    runs = int(sys.argv[4]) if len(sys.argv) > 4 else 5
    wide = os.path.join(work, "wide.parquet")
    if not os.path.exists(wide):
        print("making the wide Parquet file for the peers …", flush=True)
        prepare(os.path.join(data, "observations"), wide)
    print(f"wide file {os.path.getsize(wide) / 1e6:.0f} MB, table {sum(map(os.path.getsize, glob.glob(data + '/observations/**/*.parquet', recursive=True))) / 1e6:.0f} MB")
    ours = os.path.join(work, "lanwan.csv")
    commands = {
        "lanwan": [lanwan, "assess", "air", "--data", data, "--by", "year", "--of", "station", "--format", "csv"],
        "polars": [sys.executable, __file__, "polars", wide],
        "duckdb": [sys.executable, __file__, "duckdb", wide],
    }
    results = {}
    for name, command in commands.items():
        out = ours if name == "lanwan" else os.path.join(work, name + ".txt")
        results[name] = measured(command, out, runs)
        said = lanwan_summary(ours) if name == "lanwan" else open(out).read().strip()
        print(f"{name:8} {results[name][0]:6.2f} s  {results[name][1]:6.0f} MiB   {said}", flush=True)
    fastest = min(results["polars"][0], results["duckdb"][0])
    print(f"ratio to the faster peer: {fastest / results['lanwan'][0]:.2f}")


if __name__ == "__main__":
    main()
