#!/bin/sh
# Before the node is stopped: a master hands its slots over to its best replica and waits until it is a replica itself. Writers
# then wait for milliseconds instead of the time that it takes to notice a death. Where all its replicas stop as well, it waits for
# one to come back, or for its slots to be moved away as they are when the cluster shrinks. One that never had a replica just stops.
set -u
. "${0%/*}/node.sh"

deadline=$(($(date +%s) + ${REDIS_HANDOVER_SECONDS:-40}))

# What another node answers. Nodes log in to each other with masterauth, which while a password is being changed is not the one that
# this pod was started with.
others=$(ask config get masterauth)
case $others in
  masterauth*) others=${others#masterauth?} ;;
  *) others=${REDISCLI_AUTH:-} ;;
esac
other() (
  export REDISCLI_AUTH="$others"
  at "$@"
)

# Whether this node still is a master, as far as it says. One that is slow to answer, or busy with a script, is what it was: a
# moment's silence must not cost the handover. After ten seconds of it there is hardly anything left to hand over.
silent=0
is_master() {
  case $(ask role) in
    master*) silent=0 ;;
    BUSY*) sleep 0.5 ;;
    '')
      silent=$((silent + 1))
      [ "$silent" -le 5 ] || return 1
      ;;
    *) return 1 ;;
  esac
}

# Tells a master that stops as well not to hand over to this one. Only for as long as stopping may take: see live.sh.
leave() {
  printf '%s\n' "$(($(date +%s) + ${REDIS_HANDOVER_SECONDS:-40} + 60))" >"$leaving"
  ask config set cluster-replica-no-failover yes >/dev/null
  # A server that writes the append-only file which follows a full copy does not stop when it is told to ("Writing initial AOF, can't exit").
  while is_writing && [ "$(date +%s)" -lt "$deadline" ]; do sleep 0.1; done
}

is_writing() {
  case $(ask info persistence) in *aof_rewrite_in_progress:1* | *aof_rewrite_scheduled:1*) return 0 ;; esac
  return 1
}

is_leaving() {
  case $(other "$1" "$2" config get cluster-replica-no-failover </dev/null) in *yes*) return 0 ;; esac
  return 1
}

has_slots() {
  nodes=$(ask cluster nodes)
  # No answer: as far as anybody knows it has.
  case $nodes in *myself*) ;; *) return 0 ;; esac
  while read -r _ _ flags _ _ _ _ _ slots; do
    case $flags in *myself*) [ -n "$slots" ] && return 0 ;; esac
  done <<NODES
$nodes
NODES
  return 1
}

# Sets best_host and best_port to the replica that has most of this node's data, and replicas to all of them.
find_best() {
  best_host='' best_port='' most=-1 replicas=unknown
  id=$(ask cluster myid) || return 1
  replicas=$(ask cluster replicas "$id") || replicas=unknown
  while read -r _ address flags _; do
    case $flags in *slave*) ;; *) continue ;; esac
    case $flags in *fail* | *noaddr* | *handshake*) continue ;; esac
    address=${address%%@*}
    host=${address%:*}
    info=$(other "$host" "${address##*:}" info replication </dev/null) || continue
    case $info in *master_link_status:up*) ;; *) continue ;; esac
    offset=$(number slave_repl_offset "$info") || continue
    if [ "$offset" -gt "$most" ] && ! is_leaving "$host" "${address##*:}"; then
      best_host=$host best_port=${address##*:} most=$offset
    fi
  done <<REPLICAS
$replicas
REPLICAS
  [ -n "$best_host" ]
}

if ! is_master; then
  leave
  exit 0
fi
# A replica that leaves for good may be forgotten before this node's slots are somewhere else.
had=$(ask cluster replicas "$(ask cluster myid)")
# Replicas that are told to stop at the same moment get the time to say so.
sleep 1
while is_master; do
  if ! has_slots; then exit 0; fi
  if find_best; then
    printf 'handing over to %s:%s: %s\n' "$best_host" "$best_port" "$(other "$best_host" "$best_port" cluster failover)"
    # A handover that has not happened after 5 s never will: the server gives it up then.
    until=$(($(date +%s) + 6))
    while is_master && [ "$(date +%s)" -lt "$until" ]; do sleep 0.05; done
  elif [ -z "$had$replicas" ]; then
    printf 'no replica to hand over to\n'
    exit 0
  else
    sleep 0.5
  fi
  if [ "$(date +%s)" -ge "$deadline" ] && is_master; then
    printf 'still a master after %s s\n' "${REDIS_HANDOVER_SECONDS:-40}" >&2
    exit 1
  fi
done
leave
