#!/usr/bin/env bash
# Makes the profiles of the example fleets that come from traces again. Needs `npm run build`; about ten minutes on two cores.
set -euo pipefail
cd "$(dirname "$0")/.."
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
vmmu() { node dist/cli/main.js "$@"; }

vmmu plan profile memcached --name cache --machine intel-cascadelake -o examples/web-farm/cache.profile.yaml

vmmu trace gen b-tree "$folder/oltp.arrows" --refs 60m --keys 32m
vmmu plan profile "$folder/oltp.arrows" --name oltp --machine amd-zen2,amd-zen4 -o examples/database/oltp.profile.yaml
vmmu trace gen bfs "$folder/graph.arrows" --refs 30m --scale 19
vmmu plan profile "$folder/graph.arrows" --name graph --machine amd-zen2,amd-zen4 -o examples/database/graph.profile.yaml

vmmu plan profile cc1 --name compiler --machine intel-icelake-sp -o examples/build-farm/compiler.profile.yaml
vmmu plan profile churn --name agent --machine intel-icelake-sp -o examples/build-farm/agent.profile.yaml
