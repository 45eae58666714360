#!/usr/bin/env bash
# The package as its users get it: packed, installed into an empty folder by npm (which needs the registry), and used there.
set -euo pipefail
cd "$(dirname "$0")/.."

MOST_BYTES=15000000
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

npm pack --silent --pack-destination "$folder" >/dev/null
tarball=$(echo "$folder"/vmmu-*.tgz)
mkdir "$folder/empty"
cd "$folder/empty"
npm init --yes >/dev/null
npm install --silent --no-audit --no-fund "$tarball"

packed=$(stat -c %s "$tarball")
unpacked=$(tar -xzf "$tarball" -O | wc -c)
echo "packed $packed bytes (allowed: $MOST_BYTES), unpacked $unpacked, files $(tar -tzf "$tarball" | wc -l)"

failed=0
# works NAME COMMAND…: what it printed is shown only if it fails.
works() {
  local name=$1 outcome=ok
  shift
  "$@" >"$folder/log" 2>&1 </dev/null || outcome=FAILED
  printf '%-34s %s\n' "$name" "$outcome"
  [[ $outcome == ok ]] && return
  cat "$folder/log"
  failed=$((failed + 1))
}

# What is only in the repository is refused in a line that says so.
refused() {
  local status=0
  npx vmmu "$@" >"$folder/refusal" 2>&1 || status=$?
  cat "$folder/refusal"
  ((status == 2)) && grep -q 'comes with the repository' "$folder/refusal"
}

links() {
  node -e '
    const { existsSync, readFileSync } = require("node:fs");
    const targets = [...readFileSync("node_modules/vmmu/README.md", "utf8").matchAll(/\]\(([^)#\s]+)/g)].map(([, target]) => target);
    const missing = targets.filter((target) => !/^[a-z]+:/.test(target) && !existsSync(`node_modules/vmmu/${target}`));
    if (missing.length > 0) throw new Error(`README.md links to what is not packed: ${missing.join(", ")}`);'
}

works 'is small enough' test "$packed" -lt "$MOST_BYTES"
works 'README links to what is packed' links
works 'vmmu --version' npx vmmu --version
works 'vmmu run' npx vmmu run --quiet
works 'vmmu run redis' npx vmmu run redis --machine amd-barcelona --out out --quiet
works 'vmmu run xz is refused' refused run xz
works 'vmmu explain' npx vmmu explain
works 'vmmu list machines' npx vmmu list machines
works 'vmmu verify kvm' npx vmmu verify kvm
works 'vmmu verify published E13' npx vmmu verify published E13 --quiet
works 'vmmu reproduce walk-references' npx vmmu reproduce walk-references --quiet
works 'vmmu figure gups' npx vmmu figure gups/ratios -o gups.svg
works 'vmmu plan' npx vmmu plan node_modules/vmmu/examples/build-farm/fleet.yaml --quiet
works 'vmmu completion zsh' npx vmmu completion zsh
works "import('vmmu')" node -e "import('vmmu').then(({ runCell }) => { if (typeof runCell !== 'function') throw new Error('no runCell') })"
works 'man page' test -s node_modules/vmmu/man/vmmu.1

if ((failed == 0)); then echo 'the package works'; else echo "the package fails in $failed ways"; fi
((failed == 0))
