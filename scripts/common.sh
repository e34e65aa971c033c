# What ./quickstart and ./test share: packages, builds, and long commands with their output in build/logs. Sourced, with root set.
# shellcheck shell=bash disable=SC2154

say() { printf '%s\n' "$*"; }
die() { printf '%s\n' "$*" >&2; exit 1; }

duration() {  # 75 -> 1 min 15 s
  if [ "$1" -lt 60 ]; then echo "$1 s"; else echo "$(($1 / 60)) min $(($1 % 60)) s"; fi
}

# --- long commands -------------------------------------------------------------------------------------------------------

logs=$root/build/logs
watcher=
stop_watcher() {
  [ -n "$watcher" ] || return 0
  kill "$watcher" 2>/dev/null || true
  wait "$watcher" 2>/dev/null || true
  watcher=
  if [ -t 1 ]; then printf '\r\033[K'; fi
}
trap stop_watcher EXIT

watch_log() {  # LABEL LOG: on a terminal one line that follows the log, else a line every 20 seconds
  local seconds=0 line
  while sleep 1 >/dev/null 2>&1 && kill -0 $$ 2>/dev/null; do
    seconds=$((seconds + 1))
    if [ -t 1 ] || [ $((seconds % 20)) = 0 ]; then
      line=$(tail -n 1 "$2" 2>/dev/null | tr -cd '[:print:]' | cut -c 1-72) || true
      if [ -t 1 ]; then printf '\r\033[K  %s: %s  %s' "$1" "$(duration $seconds)" "$line"
      else printf '  %s: %s  %s\n' "$1" "$(duration $seconds)" "$line"; fi
    fi
  done
}

# follow LABEL LOG COMMAND...: runs the command with its output in build/logs/LOG; returns its exit status.
follow() {
  local label=$1 log=$logs/$2 status=0
  shift 2
  mkdir -p "$logs"
  printf '$ %s\n' "$*" >"$log"
  watch_log "$label" "$log" &
  watcher=$!
  "$@" >>"$log" 2>&1 </dev/null || status=$?
  stop_watcher
  return $status
}

# step LABEL LOG COMMAND...: the same; a failure shows the end of the log and ends the script.
step() {
  follow "$@" && return
  local status=$?
  { say "$1 failed (exit status $status). The end of $logs/$2:"; tail -n 40 "$logs/$2"; } >&2
  if [ "$1" = configuring ] && [ -n "$packages_hint" ]; then say "$packages_hint" >&2; fi
  exit 1
}

# --- packages ------------------------------------------------------------------------------------------------------------

seconds_downloading=0
seconds_installing=0

is_installed() { [ "$(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null)" = installed ]; }

listed_packages() { sed -e 's/#.*//' -e '/^[[:space:]]*$/d' "$@"; }  # FILE...: one per line

install_line() {  # PACKAGE...: what a person types
  echo "apt-get install --no-install-recommends $*"
}

# A number of seconds for people: about one minute, about 3 minutes.
about() { if [ "$1" -le 75 ]; then echo "about one minute"; else echo "about $((($1 + 45) / 60)) minutes"; fi; }

packages_hint=  # what to say about packages when the build cannot be configured

need_tools() {
  if ! command -v cmake >/dev/null || ! command -v ninja >/dev/null || ! command -v c++ >/dev/null; then die "$packages_hint"; fi
}

# install_packages FILE...: installs those that are missing, after saying what, how large and how long.
install_packages() {
  local package choice missing=() as_root=() sizes start log=$logs/packages.log
  if ! command -v dpkg-query >/dev/null || ! command -v apt-get >/dev/null; then
    packages_hint="There is no apt here. Needed is what these packages of Debian hold: $(listed_packages "$@" | sed 's/|.*//' | tr '\n' ' ')"
    need_tools
    return 0
  fi
  while IFS= read -r package; do
    for choice in ${package//|/ }; do
      if is_installed "$choice"; then continue 2; fi
    done
    missing+=("${package%%|*}")
  done < <(listed_packages "$@")
  if [ ${#missing[@]} = 0 ]; then return 0; fi
  if [ -z "$install" ]; then
    packages_hint="Packages are missing, and --no-install was given: $(install_line "${missing[@]}")"
    need_tools
    return 0
  fi
  if [ "$(id -u)" != 0 ]; then
    command -v sudo >/dev/null || die "Packages are missing and there is no sudo. As root: $(install_line "${missing[@]}")"
    as_root=(sudo)
  fi

  mkdir -p "$logs"
  say "To be installed from Debian: ${missing[*]}"
  start=$SECONDS
  if ! sizes=$(package_sizes "${missing[@]}"); then  # no lists yet, or lists that do not know them
    refresh_lists
    sizes=$(package_sizes "${missing[@]}") || {
      tail -n 5 "$log" >&2
      die "apt does not find these packages (is the network up? is this Debian 12 or later?): ${missing[*]}"
    }
  fi
  say "  $sizes"
  local apt=("${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -y -q -o Dpkg::Use-Pty=0 install --no-install-recommends)
  if ! follow "downloading packages" packages-download.log "${apt[@]}" --download-only "${missing[@]}"; then
    refresh_lists  # lists of yesterday may name files that are gone
    step "downloading packages" packages-download.log "${apt[@]}" --download-only "${missing[@]}"
  fi
  seconds_downloading=$((seconds_downloading + SECONDS - start))
  start=$SECONDS
  step "installing packages" packages.log "${apt[@]}" "${missing[@]}"
  seconds_installing=$((seconds_installing + SECONDS - start))
  say "  downloaded in $(duration $seconds_downloading), installed in $(duration $seconds_installing)"
}

refresh_lists() { step "reading the lists of packages" packages.log "${as_root[@]}" apt-get -q update; }

# "34 packages: 97 MB to download, 420 MB on disk, about one minute", from a dry run that changes nothing.
package_sizes() {
  local answer download disk count
  answer=$(LC_ALL=C apt-get -o Debug::NoLocking=1 --assume-no --no-install-recommends install "$@" 2>/dev/null) || true
  count=$(sed -n 's/.* \([0-9]*\) newly installed.*/\1/p' <<<"$answer")
  disk=$(sed -n 's/.*operation, \(.*\) of additional.*/\1/p; s/.*Space needed: \([^/]*[^ /]\) *\/.*/\1/p' <<<"$answer" | head -n 1)
  download=$(sed -n 's/.*Need to get \(.*\) of archives.*/\1/p; s/.*Download size: \([^/]*[^ /]\).*/\1/p' <<<"$answer" | head -n 1)
  [ -n "$count" ] || return 1
  echo "with what they need $count packages: ${download:-nothing} to download, ${disk:-little} on disk, $(about $((20 + count / 3)))"
}

# --- builds --------------------------------------------------------------------------------------------------------------

processes() {  # as many as there are processors, and 1 GB of memory for each
  local by_memory
  by_memory=$(awk '/^MemAvailable/ { print int($2 / 1000000) }' /proc/meminfo 2>/dev/null) || by_memory=
  [ "${by_memory:-1}" -ge 1 ] || by_memory=1
  if [ -n "$by_memory" ] && [ "$by_memory" -lt "$(nproc)" ]; then echo "$by_memory"; else nproc; fi
}

# configure PRESET [OPTION...]: when there is no build folder yet, an option differs, the folder was moved here from elsewhere, or
# the last attempt failed; in the latter two it starts from nothing.
configure() {
  local preset=$1 folder=$root/build/$1 option fresh=() needed=''
  local unfinished=$folder/.configuring
  shift
  if [ ! -e "$folder/build.ninja" ]; then
    needed=1
  elif ! grep -qxF "CMAKE_HOME_DIRECTORY:INTERNAL=$root" "$folder/CMakeCache.txt"; then
    needed=1 fresh=(--fresh)
  fi
  if [ -e "$unfinished" ]; then needed=1 fresh=(--fresh); fi
  for option in "$@"; do  # -DNAME=VALUE
    option=${option#-D}
    grep -q "^${option%%=*}:[A-Z]*=${option#*=}\$" "$folder/CMakeCache.txt" 2>/dev/null || needed=1
  done
  [ -n "$needed" ] || return 0
  mkdir -p "$folder"
  : >"$unfinished"
  (cd "$root" && step "configuring" "$preset-configure.log" cmake --preset "$preset" "${fresh[@]}" "$@")
  rm "$unfinished"
}

seconds_building=0

# build PRESET CORE_SECONDS [TARGET...]: says about how long when there is much to do, and how long it took.
build() {
  local preset=$1 work=$2 start=$SECONDS
  shift 2
  if [ ! -e "$root/build/$preset/.ninja_log" ]; then say "Building in build/$preset: $(about $((work / $(processes)))) with $(processes) processes"; fi
  step "building" "$preset-build.log" ninja -C "$root/build/$preset" -j "$(processes)" "$@"
  seconds_building=$((seconds_building + SECONDS - start))
  if ! grep -q 'no work to do' "$logs/$preset-build.log"; then say "  built in $(duration $((SECONDS - start)))"; fi
}

# Where the data sets lie, for those who work beside a folder that holds them.
find_data() {
  if [ -z "${HEBB_DATA:-}" ] && [ -d "$root/../shared/data" ]; then
    HEBB_DATA=$(cd "$root/../shared/data" && pwd)
    export HEBB_DATA
  fi
}
