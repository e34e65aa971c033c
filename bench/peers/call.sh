#!/usr/bin/env bash
# Costs of a call beside libtorch's: call.sh BUILD PYTHON [ROUNDS]. Builds peers/call_libtorch.cc against the torch package of PYTHON and runs
# it and BUILD/bin/bench_call in turns.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
build=$1 python=$2 rounds=${3:-3}
torch=$("$python" -c 'import os, torch; print(os.path.dirname(torch.__file__))')
"$python" -c 'import torch; print("PyTorch", torch.__version__)'
program=$build/bench_call_libtorch
if [ ! -e "$program" ] || [ "$here/call_libtorch.cc" -nt "$program" ]; then
  ${CXX:-g++} -std=c++20 -O2 -w -isystem "$torch/include" -isystem "$torch/include/torch/csrc/api/include" "$here/call_libtorch.cc" -o "$program" \
    -L"$torch/lib" -Wl,-rpath,"$torch/lib" -Wl,--no-as-needed -ltorch -ltorch_cpu -lc10
fi
for ((i = 0; i < rounds; ++i)); do
  echo "--- hebb"; "$build/bin/bench_call"
  echo "--- libtorch"; "$program"
done
