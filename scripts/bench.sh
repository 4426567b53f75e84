#!/usr/bin/env bash
# Benchmarks, peers side by side, ratios printed. Needs Python 3; peers are installed into a virtual environment of their own.
set -euo pipefail
cd "$(dirname "$0")/.."
work="${LANWAN_BENCH:-/tmp/lanwan-bench}"
mkdir -p "$work/data"
if [ ! -x "$work/venv/bin/python" ]; then
  python3 -m venv "$work/venv"
  "$work/venv/bin/pip" -q install polars==2.1.0 duckdb==2.0.0 deltalake pyarrow aqi-hub==0.2.1
fi
python="$work/venv/bin/python"
export PYTHONWARNINGS=ignore

echo "== a national year: 1,700 stations × 8,760 h × 6 =="
if [ ! -d "$work/data/observations/_delta_log" ]; then
  cargo run --release -p lanwan --example national_year -- "$work/data/observations"
fi
"$python" benches/peers/national_year.py target/release/lanwan "$work/data" "$work" 5

echo "== the table: latest values, explain, late readings, readers during an import =="
cargo run --release -p lanwan --example table_latency -- "$work/data"

echo "== AQI kernel =="
cargo bench -p lanwan-standards --bench aqi
"$python" benches/peers/aqi_hub.py
