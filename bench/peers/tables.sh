#!/usr/bin/env bash
# Tables beside DuckDB, pyarrow, pandas and PyTorch: tables.sh BUILD PYTHON FOLDER [PAIRS=5]. Prints a table of medians and of paired ratios.
#
# BUILD has bench_tables, PYTHON the packages of requirements.txt, FOLDER the data sets (adult/). A table of 200 MB is written to BUILD/peers
# first. The two programs of a line run in turns, a process each, see support/in_turns.py.
set -euo pipefail
[ $# -ge 3 ] || { sed -n '2,5p' "$0" | cut -c 3-; exit 2; }
here=$(cd "$(dirname "$0")" && pwd)
build=$(cd "$1" && pwd) python=$2 pairs=${4:-5}
export HEBB_DATA=$3
large=$build/peers/large.csv
mkdir -p "$build/peers"
[ -e "$large" ] || "$python" "$here/tables.py" write "$large" 200

line() {  # TITLE ARGUMENTS-OF-bench_tables -- ARGUMENTS-OF-tables.py
  local title=$1 ours=()
  shift
  while [ "$1" != -- ]; do ours+=("$1"); shift; done
  shift
  "$python" "$here/../support/in_turns.py" "$pairs" -- "$build/bin/bench_tables" "${ours[@]}" -- "$python" "$here/tables.py" "$@" |
    while IFS=$'\t' read -r our theirs ratio low high disturbed; do
      echo "| $title | $our | $theirs | $ratio [$low..$high] | $disturbed |"
    done
}

echo "hebb $(git -C "$here" rev-parse --short HEAD), $("$python" -c '
import duckdb, pandas, pyarrow, torch
print(f"DuckDB {duckdb.__version__}, pyarrow {pyarrow.__version__}, pandas {pandas.__version__}, PyTorch {torch.__version__}")');" \
  "$(nproc) processors of $(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -n 1); $(date -u +%F); ms, pairs: $pairs"
echo
echo "| work, and the peer | hebb | peer | hebb / peer: median [lowest..highest] | disturbed pairs |"
echo "| --- | --- | --- | --- | --- |"
for peer in duckdb pyarrow pandas; do
  line "a CSV of 200 MB: $peer" read "$large" -- read $peer "$large"
done
for engine in c pyarrow; do
  line "Adult, from the file to the last batch of 64: pandas ($engine) and DataLoader" adult -- adult $engine "$HEBB_DATA"
done
