# shellcheck shell=bash disable=SC2154
# What must hold of a sweep on a real Slurm. To be sourced. `vmmu` is the program, `work` a folder.

local_results() {
  "${vmmu[@]}" trace gen uniform "$work/short.arrows" --refs 2k --pages 64
  "${vmmu[@]}" trace gen uniform "$work/long.arrows" --refs 200k --pages 512
  sweep_file short.arrows 50 >"$work/many.yaml"
  sweep_file long.arrows 10 >"$work/slow.yaml"
  "${vmmu[@]}" sweep run "$work/many.yaml" --out "$work/local/many"
  "${vmmu[@]}" sweep run "$work/slow.yaml" --out "$work/local/slow"
}

# sweep_file TRACE WAYS: 20 cells for each number of ways.
sweep_file() {
  cat <<END
name: $1
traces: [$1]
machines: [yardstick]
strategies: [native, shadow, write-protect, nested]
axes:
  machine.tlb.l1d.4k: { sets: [1, 2, 4, 8, 16], ways: { from: 1, to: $2 } }
END
}

# submit SWEEP DIR ARGUMENT...: sets `array` and `merge`, the numbers of the jobs.
submit() {
  local file=$work/$1.yaml out=$2
  shift 2
  "${vmmu[@]}" sweep submit "$file" --out "$out" --engine slurm "$@" >"$work/submitted"
  array=$(awk '$1 == "array" { print $2 + 0 }' "$work/submitted")
  merge=$(awk '$1 == "merge" { print $2 + 0 }' "$work/submitted")
}

# same SWEEP DIR
same() {
  diff --recursive --exclude=submit "$work/local/$1" "$2"
}

# finished DIR: how many cells are.
finished() {
  find "$1/cells" -name '*.json' 2>/dev/null | wc -l
}

at_least() {
  (($(finished "$1") >= $2))
}

job_is() {
  [[ $(scontrol --oneliner show job "$1") == *" $2 "* ]]
}

no_jobs() {
  [[ -z $(squeue --noheader) ]]
}

# field JOB NAME
field() {
  scontrol --oneliner show job "$1" | grep -o " $2=[^ ]*" | cut -d= -f2
}

# of_tasks FIELD: sorted.
of_tasks() {
  field "$array" "$1" | sort
}

array_equals_local() {
  local out="$work/an array's \"own\" folder"
  submit many "$out" --shards 6
  until_so no_jobs
  same many "$out"
  [[ ! $(field "$merge" StartTime) < $(of_tasks EndTime | tail -1) ]]
}

allocation_is_kept() {
  submit slow "$work/allocation" --shards 1 --cpus 2 --memory 1024 --time 5 --partition main
  until_so job_is "${array}_1" JobState=RUNNING
  job_is "${array}_1" NumCPUs=2
  job_is "${array}_1" MinMemoryNode=1G
  job_is "${array}_1" TimeLimit=00:05:00
  scancel "$array"
  until_so no_jobs
}

killed_program_begins_again() {
  local out=$work/killed
  submit slow "$out" --shards 2
  until_so runs_program 1
  until_so at_least "$out" 20
  kill -KILL "$(program_of_task 1)"
  until_so no_jobs
  [[ $(of_tasks Restarts) == $'0\n1' ]]
  same slow "$out"
}

runs_program() {
  [[ -n $(program_of_task "$1") ]]
}

# The child of the task's script.
program_of_task() {
  local holder
  for holder in $(holders "$cluster/n?/job*/slurm_script"); do
    if tr '\0' '\n' <"/proc/$holder/environ" | grep -q "^SLURM_ARRAY_TASK_ID=$1\$"; then pgrep --parent "$holder" node; fi
  done
}

bad_end_keeps_merge_away() {
  local out=$work/cancelled before
  submit slow "$out" --shards 2
  until_so runs_program 1
  until_so at_least "$out" 20
  scancel --signal=KILL "${array}_1"
  until_so job_is "${array}_1" JobState=CANCELLED
  scontrol requeue "${array}_1"
  until_so no_jobs
  [[ $(finished "$out") == "$(finished "$work/local/slow")" ]]
  job_is "$merge" JobState=CANCELLED
  [[ ! -e $out/summary.csv ]]
  before=$(find "$out/cells" -type f -printf '%p %T@\n' | sort)
  submit slow "$out" --shards 2
  until_so no_jobs
  [[ $(find "$out/cells" -type f -printf '%p %T@\n' | sort) == "$before" ]]
  same slow "$out"
}

lost_node_costs_no_byte() {
  local out=$work/lost
  submit slow "$out" --shards 4
  until_so at_least "$out" 20
  lose_node n1
  until_so no_jobs
  [[ $(of_tasks Restarts) == $'0\n0\n1\n1' ]]
  [[ $(of_tasks NodeList | uniq) == n2 ]]
  same slow "$out"
  start_node n1
  until_so nodes_are_idle
}

refusal_is_one_line() {
  local status=0
  "${vmmu[@]}" sweep submit "$work/slow.yaml" --out "$work/refused" --engine slurm --shards 2 --partition none 2>"$work/complaint" || status=$?
  [[ $status == 2 && $(wc -l <"$work/complaint") == 1 ]]
  grep -q '^vmmu: sbatch: .*invalid partition.*none' "$work/complaint"
  no_jobs
}
