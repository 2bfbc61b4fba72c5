#!/bin/sh
# Starts the node under the address it has now. Redis writes it into nodes.conf and tells the others by itself; a file that
# still holds the address of an earlier pod is no harm.
set -eu
. "${0%/*}/node.sh"

# A word as redis.conf reads it, in double quotes.
quote() {
  quote_rest=$1 quote_word=
  while [ -n "$quote_rest" ]; do
    quote_tail=${quote_rest#?}
    quote_char=${quote_rest%"$quote_tail"}
    case $quote_char in \\ | \") quote_word="$quote_word\\" ;; esac
    quote_word=$quote_word$quote_char quote_rest=$quote_tail
  done
  printf '"%s"' "$quote_word"
}

umask 077
rm -f "$latch" "$leaving"
{
  cat "${0%/*}/redis.conf"
  printf 'cluster-announce-ip %s\n' "$POD_IP"
  printf 'cluster-announce-hostname %s\n' "$REDIS_HOSTNAME"
  if [ -n "${REDISCLI_AUTH:-}" ]; then
    password=$(quote "$REDISCLI_AUTH")
    printf 'requirepass %s\nmasterauth %s\n' "$password" "$password"
  fi
} >"$run/redis.conf"
exec redis-server "$run/redis.conf"
