#!/usr/bin/env bash
# The memory of a streamed prediction: predict_memory.sh BUILD FOLDER [MEGABYTES=128]
#
# Trains on 2,000 rows of 40 numbers, then predicts a file of MEGABYTES and one four times as long, with so little memory allowed (ulimit -v)
# that neither may be read as a table. Prints the most memory that each prediction took. Files are kept in FOLDER.
set -euo pipefail
[ $# -ge 2 ] || { sed -n '2,5p' "$0" | cut -c 3-; exit 2; }
hebb=$(cd "$1" && pwd)/bin/hebb folder=$2 megabytes=${3:-128}
mkdir -p "$folder"
cd "$folder"

rows() {  # ROWS: such rows, with their names
  awk -v rows="$1" 'BEGIN {
    srand(1)
    for (c = 1; c <= 40; ++c) printf "c%d,", c
    print "y"
    for (r = 0; r < rows; ++r) {
      for (c = 1; c <= 40; ++c) { x = rand() * 100; sum = c == 1 ? x : sum + x; printf "%.5f,", x }
      print sum
    }
  }'
}

rows 2000 >train.csv
rows 20000 >part.csv
rm -rf run
printf '[data]\ndataset = "train.csv"\ntarget = "y"\nnormalize = "auto"\n[model]\nlayers = ["linear 32", "relu", "linear 1"]\n[train]\nepochs = 1\n' >train.toml
"$hebb" train train.toml --out run --quiet >train.log

# The rows of part.csv again and again.
long() {  # FILE MEGABYTES
  cp part.csv "$1"
  while [ "$(stat -c %s "$1")" -lt $(($2 * 1000000)) ]; do tail -n +2 part.csv >>"$1"; done
}

for times in 1 4; do
  long long.csv $((megabytes * times))
  python3 - "$hebb" <<'END'
import os, resource, subprocess, sys
allowed = 600 << 20
hebb = sys.argv[1]

def start(*words):
    limit = lambda: resource.setrlimit(resource.RLIMIT_AS, (allowed, allowed))
    return subprocess.Popen([hebb, *words], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, preexec_fn=limit)

def said_and_peak(process):
    said = process.stderr.read()
    _, status, used = os.wait4(process.pid, 0)
    return said, status, used.ru_maxrss / 1024

said, status, _ = said_and_peak(start("data", "stats", "long.csv", "--target", "y"))
print("read as a table:", said.split(";")[0].strip() if status else "it fits, so what follows shows nothing")
said, status, peak = said_and_peak(start("predict", "run", "long.csv", "-o", "answers.csv"))
if status:
    sys.exit(said)
answers = sum(1 for _ in open("answers.csv")) - 1
print(f"predicted: {os.path.getsize('long.csv') / 1e6:.0f} MB, {answers} answers, {peak:.0f} MiB at most")
END
done
rm -f long.csv answers.csv
