#!/bin/sh
# Alive: the server answers, whatever it answers. Loading data, a long script or a full disk is nothing a restart mends.
set -u
. "${0%/*}/node.sh"

answer=$(ask ping)
case $answer in
  PONG | *LOADING* | *BUSY* | *MASTERDOWN* | *MISCONF* | *NOAUTH* | *WRONGPASS*) exit 0 ;;
esac
printf '%s\n' "${answer:-no answer}" >&2
exit 1
