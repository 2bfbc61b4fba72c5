#!/usr/bin/env bash
# Runs the whole system: ./run.sh [--probe] [-- arguments for the AppHost]
set -uo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
. "$root/eng/common.sh"

usage() {
  cat <<'TEXT'
Runs a Redis cluster of six nodes, its initialiser, the hit counter and netbox; Ctrl-C stops everything.

  ./run.sh [--probe] [-- ARGUMENTS]

  --probe     look again whether the package feed has the Aspire packages
  -h, --help  this text
  ARGUMENTS   go to the AppHost, e.g. -- --RedisCluster:Port=7201

PACKAGE_MODE=nuget or offline overrides what was found out. README.md has the rest.
TEXT
}

probe=no
while [ $# -gt 0 ]; do
  case $1 in
    --probe) probe=yes ;;
    -h | --help) usage; exit 0 ;;
    --) shift; break ;;
    *) fail 2 "run.sh does not know '$1'. Arguments for the AppHost come after --, e.g. ./run.sh -- $1 (--help lists the rest)." ;;
  esac
  shift
done

require_dotnet
find_mode "$probe"
require_redis
say "Building (Release)"
build AppHost/AppHost.csproj
cd "$root/AppHost" || exit 1
if [ "$mode" = offline ]; then
  # What dotnet run takes from the launch profile, without a process in between: who kills this one kills the AppHost.
  export DOTNET_ENVIRONMENT=${DOTNET_ENVIRONMENT:-Development} ASPNETCORE_ENVIRONMENT=${ASPNETCORE_ENVIRONMENT:-Development}
  exec dotnet "$(built AppHost)" "$@"
fi
exec dotnet run -c Release --no-build -- "$@"
