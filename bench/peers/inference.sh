#!/usr/bin/env bash
# Inference beside ONNX Runtime: inference.sh BUILD PYTHON [PAIRS=20]. Prints a table of medians and of paired ratios, on two threads.
#
# BUILD has bench_inference, PYTHON the onnx of requirements.txt. What is missing comes into BUILD/peers: the runtime from npm, its C headers
# from another package of npm (onnxruntime-node has none), and the peer built from onnxruntime.cc. Both programs run the same weights on the
# same input, and the peer stops with exit status 1 when its answer is another. They run in turns, a process each, see support/in_turns.py.
set -euo pipefail
[ $# -ge 2 ] || { sed -n '2,6p' "$0" | cut -c 3-; exit 2; }
here=$(cd "$(dirname "$0")" && pwd)
build=$(cd "$1" && pwd) python=$2 pairs=${3:-20} threads=2
work=$build/peers
mkdir -p "$work"

# "NAME@VERSION" of a package of npm in requirements.txt.
pinned() { sed -n "s/^# npm: \($1@[^ ]*\).*/\1/p" "$here/requirements.txt"; }

runtime=$(pinned onnxruntime-node)
libraries=$work/$runtime
case $(uname -m) in x86_64) processor=x64 ;; aarch64) processor=arm64 ;; *) echo "inference.sh: onnxruntime-node has no $(uname -m)" >&2; exit 1 ;; esac
library=$libraries/node_modules/onnxruntime-node/bin/napi-v6/linux/$processor/libonnxruntime.so.1
# Without --ignore-scripts its install step downloads CUDA.
[ -e "$library" ] || npm install --silent --ignore-scripts --prefix "$libraries" "$runtime" >&2

packed_headers=$(pinned com.github.asus4.onnxruntime)
headers=$work/$packed_headers
if [ ! -e "$headers/onnxruntime_c_api.h" ]; then
  fresh=$(mktemp -d -p "$work")
  npm pack --silent --pack-destination "$fresh" "$packed_headers" >/dev/null
  tar -xzf "$fresh"/*.tgz -C "$fresh" --strip-components=6 --wildcards '*/ios-arm64/onnxruntime.framework/Headers/*.h'
  rm -rf "$headers" && mv "$fresh/Headers" "$headers" && rm -rf "$fresh"
fi

peer=$work/onnxruntime-${runtime#*@}-${packed_headers#*@}
newest=$(ls -t "$here/onnxruntime.cc" "$here"/../support/*.h | head -n 1)
if [ ! -e "$peer" ] || [ "$newest" -nt "$peer" ]; then
  ${CXX:-g++} -std=c++20 -O2 -isystem "$headers" "$here/onnxruntime.cc" -o "$peer" "$library" -Wl,-rpath,"$(dirname "$library")"
fi

echo "hebb $(git -C "$here" rev-parse --short HEAD), $runtime, onnx $("$python" -c 'import onnx; print(onnx.__version__)'); $threads threads of" \
  "$(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -n 1); $(date -u +%F); ms a call, pairs: $pairs"
echo
echo "| model | batch | hebb | ONNX Runtime | hebb / ONNX Runtime: median [lowest..highest] | disturbed pairs |"
echo "| --- | --- | --- | --- | --- | --- |"
for model in cnn resnet18; do
  for batch in 1 32; do
    files=$work/$model-$batch
    "$build/bin/bench_inference" $model $batch --rounds 1 --weights "$files.safetensors" --input "$files.in" --output "$files.out" >/dev/null
    "$python" "$here/write_onnx.py" $model "$files.safetensors" $batch "$files.onnx"
    "$peer" "$files.onnx" "$files.in" "$files.out" --threads $threads --rounds 1 >/dev/null
    "$python" "$here/../support/in_turns.py" "$pairs" -- "$build/bin/bench_inference" $model $batch --threads $threads \
      -- "$peer" "$files.onnx" "$files.in" "$files.out" --threads $threads |
      while IFS=$'\t' read -r ours theirs ratio low high disturbed; do
        echo "| $model | $batch | $ours | $theirs | $ratio [$low..$high] | $disturbed |"
      done
  done
done
