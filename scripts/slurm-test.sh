#!/usr/bin/env bash
# Sweeps on a real Slurm, which is brought up for it and taken down again: a line for each law.
set -euo pipefail
cd "$(dirname "$0")/.."
# shellcheck source=scripts/slurm/cluster.sh
source scripts/slurm/cluster.sh
# shellcheck source=scripts/slurm/laws.sh
source scripts/slurm/laws.sh

folder=$(mktemp -d)
trap 'stop_cluster; rm -rf "$folder"' EXIT
cluster=$folder
export SLURM_CONF=$cluster/slurm.conf
work=$folder/work
mkdir "$work"
vmmu=(node "$PWD/dist/cli/main.js")
failed=0

# law NAME COMMAND...: in a shell of its own, where the first thing that does not hold ends it.
law() {
  local name=$1 outcome=ok began=$SECONDS
  shift
  (set -e; "$@") >"$folder/log" 2>&1 &
  wait $! || outcome=FAILED
  printf '%-6s %3d s  %s\n' $outcome $((SECONDS - began)) "$name"
  if [[ $outcome == FAILED ]]; then
    failed=1
    cat "$folder/log"
  fi
}

law 'the program is built' npm run --silent build
law 'the local pool runs both sweeps' local_results
law 'Slurm is there' install_slurm
law 'two nodes come up' start_cluster
((failed == 0)) || exit 1

law 'a thousand cells of an array are those of the local pool, and the merge begins after the last task' array_equals_local
law 'a task has the processors, memory and time that were asked for' allocation_is_kept
law 'a task whose program is killed begins again by itself, and the merge waits for it' killed_program_begins_again
law 'after a task that ended badly there is no merge until it is submitted again, which runs what is missing' bad_end_keeps_merge_away
law 'the tasks of a lost node are run by another' lost_node_costs_no_byte
law 'what sbatch refuses is told in one line, and nothing is queued' refusal_is_one_line
exit $failed
