#!/usr/bin/env bash
# Attention, recurrent layers, training of sequences and decoding beside PyTorch: sequences.sh BUILD PYTHON [PAIRS=5]. Prints a table of medians and
# of paired ratios.
#
# BUILD has bench_sequences, bench_sequence_training and bench_decoding, PYTHON the torch of requirements.txt. The two programs of a line run in
# turns, a process each, see support/in_turns.py. PyTorch's optimisers are fused; "compiled" needs a C++ compiler.
set -euo pipefail
[ $# -ge 2 ] || { sed -n '2,6p' "$0" | cut -c 3-; exit 2; }
here=$(cd "$(dirname "$0")" && pwd)
bin=$(cd "$1" && pwd)/bin python=$2 pairs=${3:-5}

line() {  # TITLE COMMAND-OF-OURS... -- COMMAND-OF-THEIRS...
  local title=$1
  shift
  "$python" "$here/../support/in_turns.py" "$pairs" -- "$@" |
    while IFS=$'\t' read -r our theirs ratio low high disturbed; do
      echo "| $title | $our | $theirs | $ratio [$low..$high] | $disturbed |"
    done
}

echo "hebb $(git -C "$here" rev-parse --short HEAD), PyTorch $("$python" -c 'import torch; print(torch.__version__)');" \
  "$(nproc) processors of $(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -n 1); $(date -u +%F); ms, pairs: $pairs"
echo
echo "| work | hebb | PyTorch | hebb / PyTorch: median [lowest..highest] | disturbed pairs |"
echo "| --- | --- | --- | --- | --- |"
for layer in "attention 32 x 8 x 128 x 64" "attention 1 x 8 x 1024 x 64" "attention 1 x 8 x 1024 x 64, causal" "attention 1 x 8 x 4096 x 64" \
  "lstm 64 x 32 x 128, two ways" "gru 64 x 32 x 128, two ways" "rnn 64 x 32 x 128, two ways"; do
  for work in "$layer" "$layer + backward"; do
    line "$work" "$bin/bench_sequences" "$work" -- "$python" "$here/sequences.py" "$work"
  done
done
for mode in eager compiled; do
  for work in lstm transformer; do
    line "training step: $work; PyTorch $mode" "$bin/bench_sequence_training" $work -- "$python" "$here/sequence_training.py" $work $mode
  done
  line "decoding, a token; PyTorch $mode" "$bin/bench_decoding" -- "$python" "$here/decoding.py" $mode
done
