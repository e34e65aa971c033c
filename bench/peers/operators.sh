#!/usr/bin/env bash
# Operators and steps of optimisers beside PyTorch: operators.sh BUILD PYTHON [ROUNDS=5] [SECONDS=0.05] [PART-OF-A-NAME]. Prints a table.
#
# BUILD has bench_operators, PYTHON the torch of requirements.txt, eager and compiled (torch.compile needs a C++ compiler). The programs stay and
# take turns, case by case, see support/cases_in_turns.py: so many rounds, of so many seconds each.
set -euo pipefail
[ $# -ge 2 ] || { sed -n '2,5p' "$0" | cut -c 3-; exit 2; }
here=$(cd "$(dirname "$0")" && pwd)
build=$1 python=$2 rounds=${3:-5} seconds=${4:-0.05} part=${5:-}
echo "hebb $(git -C "$here" rev-parse --short HEAD), $("$python" -c 'import torch; print(f"PyTorch {torch.__version__}")');" \
  "$(nproc) processors of $(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -n 1); $(date -u +%F); ms a call, $rounds rounds of $seconds s"
echo
"$python" "$here/../support/cases_in_turns.py" "$rounds" "$part" -- hebb "$build/bin/bench_operators" --turns "$seconds" -- \
  PyTorch "$python" "$here/operators.py" --turns "$seconds" -- compiled "$python" "$here/operators.py" --compile --turns "$seconds"
