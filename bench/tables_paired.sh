#!/usr/bin/env bash
# hebb beside scikit-learn on the same rows: tables_paired.sh BUILD FOLDER [SET ...]
#
# Trains the configurations of examples/tables on the five lists of rows of tests/reference/tables (of Adult: with five seeds, on its own test
# part) and compares with the scores in scores.csv, list by list. Prints a table: what is reached without learning, by a linear model, by
# gradient-boosted trees, by the reference's MLP and by hebb; then the mean of the differences hebb - MLP (MLP - hebb where less is better) with
# its standard error. "not worse": the mean is above minus two standard errors. Exit status 1 when one is worse.
# BUILD has bin/hebb; HEBB_DATA names the folder of data sets; the runs are kept in FOLDER.
set -euo pipefail
[ $# -ge 2 ] || { sed -n '2,9p' "$0" | cut -c 3-; exit 2; }
root=$(cd "$(dirname "$0")/.." && pwd)
hebb=$1/bin/hebb work=$2 reference=$root/tests/reference/tables
shift 2
[ $# -gt 0 ] || set -- titanic adult california credit_default iris banknote
mkdir -p "$work"

# The measure of every run in a folder, a line each, in the order of the lists.
values() {  # FOLDER MEASURE
  "$hebb" runs list "$1" --columns "test_$2" --filter state=finished --json | grep -o '"columns":{[^}]*}' | grep -o '[-0-9.e+]*}' | tr -d '}'
}

worse=0
echo "| set | measure | baseline | linear | trees | MLP | hebb | difference | |"
echo "| --- | --- | --- | --- | --- | --- | --- | --- | --- |"
for name; do
  config=$root/examples/tables/$name.toml runs=$work/$name
  rm -rf "$runs"
  if [ -e "$reference/$name.npz" ]; then
    "$hebb" train "$config" --quiet --folds 5 --out "$runs" --set "data.split={ file = '$reference/$name.npz', validation = 0.1 }" >"$work/$name.log"
  else
    for seed in 0 1 2 3 4; do
      "$hebb" train "$config" --quiet --seed $seed --set data.split_seed=$seed --out "$runs/fold-$seed" >"$work/$name.log"
    done
  fi
  measure=accuracy
  ! grep -q "^$name,.*,rmse," "$reference/scores.csv" || measure=root_mean_squared_error
  values "$runs" $measure | awk -F, -v name="$name" '
    BEGIN { n = m = 0 }
    NR == FNR { if ($1 == name) { measure = $4; base[n] = $5; linear[n] = $6; mlp[n] = $7; trees[n] = $8; ++n }; next }
    { ours[m++] = $1 }
    function mean(of,   i, sum) { for (i = 0; i < n; ++i) sum += of[i]; return sum / n }
    function shown(value) { return sprintf(measure == "rmse" ? "%.0f" : "%.4f", value) }
    END {
      if (n < 2 || m != n) { print name ": " n " scores of the reference, " m " of hebb" > "/dev/stderr"; exit 2 }
      for (i = 0; i < n; ++i) difference[i] = measure == "rmse" ? mlp[i] - ours[i] : ours[i] - mlp[i]
      d = mean(difference)
      for (i = 0; i < n; ++i) squares += (difference[i] - d) ^ 2
      error = sqrt(squares / (n - 1) / n)
      good = d >= -2 * error
      printf "| %s | %s | %s | %s | %s | %s | **%s** | %s +- %s | %s |\n", name, measure, shown(mean(base)), shown(mean(linear)),
        shown(mean(trees)), shown(mean(mlp)), shown(mean(ours)), shown(d), shown(error), good ? "not worse" : "worse"
      exit !good
    }' "$reference/scores.csv" - || worse=1
done
exit $worse
