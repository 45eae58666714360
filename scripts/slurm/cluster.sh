# shellcheck shell=bash disable=SC2154
# A Slurm of two nodes, n1 and n2, on this machine and without systemd. All that it writes lies in the folder `cluster`, with SLURM_CONF. To be sourced.
# Each node has 2 processors and 4 GiB on paper, whatever is there.

PATH=$PATH:/usr/sbin

install_slurm() {
  command -v slurmctld slurmd sbatch munged && return
  if [[ $(id -u) != 0 ]]; then
    echo 'Slurm is not there: apt-get install slurmctld slurmd slurm-client munge'
    return 1
  fi
  apt-get update
  DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends slurmctld slurmd slurm-client munge
}

# Ends when both nodes are idle.
start_cluster() {
  mkdir "$cluster"/{state,n1,n2}
  # munged wants its socket where everybody could reach it.
  chmod 711 "$cluster"
  (umask 077 && head -c 128 /dev/urandom >"$cluster/munge.key")
  munged --key-file="$cluster/munge.key" --socket="$cluster/munge.socket" --pid-file="$cluster/munged.pid" \
    --log-file="$cluster/munged.log" --seed-file="$cluster/munge.seed"
  write_configuration
  slurmctld -i
  start_node n1
  start_node n2
  until_so nodes_are_idle
}

start_node() {
  slurmd -N "$1"
}

nodes_are_idle() {
  [[ $(sinfo --noheader --format=%T) == idle ]]
}

# cred_expire: a task that was lost begins again when its credential has expired, as a rule after two minutes.
write_configuration() {
  local host user ports
  host=$(hostname -s)
  user=$(id -un)
  read -ra ports < <(free_ports 3)
  cat >"$SLURM_CONF" <<END
ClusterName=vmmu
SlurmctldHost=$host(127.0.0.1)
SlurmctldPort=${ports[0]}
SlurmUser=$user
SlurmdUser=$user
AuthType=auth/munge
AuthInfo=socket=$cluster/munge.socket,cred_expire=5
CredType=cred/munge
StateSaveLocation=$cluster/state
SlurmdSpoolDir=$cluster/%n
SlurmctldPidFile=$cluster/slurmctld.pid
SlurmdPidFile=$cluster/%n.pid
SlurmctldLogFile=$cluster/slurmctld.log
SlurmdLogFile=$cluster/%n.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
MpiDefault=none
SwitchType=switch/none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU_Memory
DefMemPerCPU=512
SlurmdParameters=config_overrides
SchedulerParameters=batch_sched_delay=0,sched_interval=1,sched_min_interval=100000
ReturnToService=2
KillWait=2
NodeName=n1 NodeHostname=$host NodeAddr=127.0.0.1 Port=${ports[1]} CPUs=2 RealMemory=4096
NodeName=n2 NodeHostname=$host NodeAddr=127.0.0.1 Port=${ports[2]} CPUs=2 RealMemory=4096
PartitionName=main Nodes=n1,n2 Default=YES MaxTime=60 State=UP
END
}

free_ports() {
  node -e '
    const { createServer } = require("node:net");
    const servers = Array.from({ length: Number(process.argv[1]) }, () => createServer().listen(0));
    Promise.all(servers.map((server) => new Promise((done) => server.on("listening", done)))).then(() => {
      console.log(servers.map((server) => server.address().port).join(" "));
      process.exit();
    });
  ' "$1"
}

# lose_node NAME: slurmd and the guardians of its steps, whose log that is, die without a word, then what they ran.
lose_node() {
  kill_holders "$cluster/$1.log"
  kill_holders "$cluster/$1/*"
  scontrol update nodename="$1" state=down reason=lost
}

# Every program of the cluster has a file of its folder open.
stop_cluster() {
  kill_holders "$cluster/*"
}

# kill_holders PATTERN: kills those that have such a file open, except this script.
kill_holders() {
  local holder
  for holder in $(holders "$1"); do
    [[ $holder == "$$" || $holder == "$BASHPID" ]] || kill -KILL "$holder" || true
  done 2>/dev/null
}

# Processes end while they are looked at.
holders() {
  find /proc/[0-9]*/fd -lname "$1" 2>/dev/null | cut -d/ -f3 | sort -un || true
}

# until_so COMMAND...: asks again and again, for five minutes.
until_so() {
  local end=$((SECONDS + 300))
  until "$@"; do
    if ((SECONDS > end)); then
      echo "five minutes have passed without: $*" >&2
      return 1
    fi
    sleep 0.2
  done
}
