#!/bin/sh
# Ready: answers, and has once since its start been part of a cluster that works, a replica with its master's data. Once is
# enough: a node that takes itself out whenever the cluster is ill keeps it from getting well.
set -u
. "${0%/*}/node.sh"

not_ready() {
  printf 'not ready: %s\n' "$1" >&2
  exit 1
}

# A replica that came back together with its master may go on asking for it where it was before, although it knows better:
# Redis takes the new address for replication only when it hears of it from the master itself. Naming the master again helps.
remind_of_master() {
  asked=${1#*master_host:}
  asked=${asked%%[!0-9A-Fa-f:.]*}
  nodes=$(ask cluster nodes)
  master=''
  while read -r _ _ flags of _; do
    case $flags in *myself*) master=$of ;; esac
  done <<NODES
$nodes
NODES
  while read -r id address flags _; do
    case $id,$flags in *fail* | *noaddr*) continue ;; "$master",*) ;; *) continue ;; esac
    address=${address%%@*}
    if [ "${address%:*}" != "$asked" ]; then ask cluster replicate "$master" >/dev/null; fi
  done <<NODES
$nodes
NODES
}

answer=$(ask ping)
[ "$answer" = PONG ] || not_ready "${answer:-no answer}"
if [ -e "$latch" ]; then exit 0; fi

cluster=$(ask cluster info)
case $cluster in *cluster_state:ok*) ;; *) not_ready "the cluster is not ok" ;; esac
# A node that has just started believes what it remembers: hear of another one first.
received=$(number cluster_stats_messages_pong_received "$cluster") || received=0
[ "${received:-0}" -gt 0 ] || not_ready "no other node has answered yet"

replication=$(ask info replication)
case $replication in
  *role:master*) ;;
  *master_link_status:up*) ;;
  *)
    remind_of_master "$replication"
    not_ready "the link to the master is down"
    ;;
esac
: >"$latch"
