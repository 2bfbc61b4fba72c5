#!/bin/sh
# Alive: the server answers, whatever it answers. Loading data, a long script or a full disk is nothing a restart mends.
set -u
. "${0%/*}/node.sh"

# Told to stop long ago and still here: it may be elected again.
if [ -e "$leaving" ] && read -r until <"$leaving" && [ "$(date +%s)" -ge "$until" ]; then
  case $(ask config set cluster-replica-no-failover no) in OK) rm -f "$leaving" ;; esac
fi

answer=$(ask ping)
case $answer in
  PONG | *LOADING* | *BUSY* | *MASTERDOWN* | *MISCONF* | *NOAUTH* | *WRONGPASS*) exit 0 ;;
esac
printf '%s\n' "${answer:-no answer}" >&2
exit 1
