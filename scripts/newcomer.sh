#!/usr/bin/env bash
# The path of somebody new, in a fresh clone of HEAD: the first command of README, the tutorial, a trace of their own, a figure, a report. Each step is
# timed; the first that fails ends it. The second command, the tests, is run by CI by itself. Needs valgrind, and npm's registry.
set -euo pipefail
repository=$(cd "$(dirname "$0")/.." && pwd)
folder=$(mktemp -d)
log=$folder/log
trap 'rm -rf "$folder"' EXIT
rows=()

# step NAME COMMAND...: quiet; shows what it printed only when it fails.
step() {
  local name=$1 began=$SECONDS
  shift
  if ! "$@" >"$log" 2>&1 </dev/null; then
    tail -n 40 "$log"
    echo "newcomer: failed at '$name'"
    exit 1
  fi
  rows+=("$(printf '%-44s %5d s' "$name" $((SECONDS - began)))")
}

# Where git has no repository to clone, or does not trust its owner, the files are what there is.
fetch() {
  git clone --quiet "$1" "$2" && return
  mkdir -p "$2"
  tar --exclude=./node_modules --exclude=./dist --exclude=./docs/api -C "$1" -cf - . | tar -xf - -C "$2"
}

vmmu() { npx vmmu "$@"; }

step 'git clone' fetch "$repository" "$folder/vmmu"
cd "$folder/vmmu"
step 'npm ci' npm ci
step 'npm start: nine traces on two processors' npm start
step 'the tutorial' node scripts/doc-commands.mjs docs/tutorial.md
step 'a trace of true, by lackey' valgrind --tool=lackey --basic-counts=no --trace-mem=yes --trace-syscalls=yes --log-file=true.lackey true
step 'its import' vmmu trace import true.lackey -o true.arrows.br
step 'its replay' vmmu run true.arrows.br --strategy native,shadow,nested --out mine/true
step 'an experiment' vmmu reproduce walk-references --out mine
step 'a figure' vmmu figure walk-references --results mine -o references.svg
step 'a report' vmmu report mine -o report.html
test -s references.svg
test -s report.html

printf '%s\n' "${rows[@]}"
printf '%-44s %5d s\n' 'in all' "$SECONDS"
