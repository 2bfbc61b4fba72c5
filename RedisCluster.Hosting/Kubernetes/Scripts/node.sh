# shellcheck shell=sh
# Shared by the scripts of a Redis Cluster's node. The image needs no more than sh, coreutils and redis-cli, which reads the
# password from REDISCLI_AUTH.

port=${REDIS_PORT:-6379}
run=${REDIS_RUN_DIR:-/run/redis}
# There once this start of the node has been ready. One pod, one folder: it goes with the pod.
# shellcheck disable=SC2034
latch=$run/ready
# There the time stands until which a node that was told to stop may take over nothing.
# shellcheck disable=SC2034
leaving=$run/leaving
patience=2

# What a node answers: at HOST PORT WORD...
at() {
  at_host=$1 at_port=$2
  shift 2
  timeout "$patience" redis-cli -h "$at_host" -p "$at_port" "$@" 2>&1
}

# What this node answers.
ask() { at "$POD_IP" "$port" "$@"; }

# The number behind NAME: in an answer: number NAME ANSWER
number() {
  case $2 in *"$1:"*) ;; *) return 1 ;; esac
  number_rest=${2#*"$1:"}
  printf '%s' "${number_rest%%[!0-9]*}"
}
