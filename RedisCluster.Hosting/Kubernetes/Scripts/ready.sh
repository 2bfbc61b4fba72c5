#!/bin/sh
# Ready: answers, and has once since its start been part of a cluster that works, a replica with its master's data. Once is
# enough: a node that takes itself out whenever the cluster is ill keeps it from getting well.
set -u
. "${0%/*}/node.sh"

not_ready() {
  printf 'not ready: %s\n' "$1" >&2
  exit 1
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
  *) not_ready "the link to the master is down" ;;
esac
: >"$latch"
