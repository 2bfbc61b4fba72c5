#!/usr/bin/env bash
# Runs all tests: ./test.sh [--probe] [--unit | --integration]. The last line counts them, the exit code is true.
set -uo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
. "$root/eng/common.sh"

usage() {
  cat <<'TEXT'
Runs all tests; the last line is "N passed, N failed, N skipped".

  ./test.sh [--probe] [--unit | --integration] [-- ARGUMENTS]

  --probe        look again whether the package feed has the Aspire packages
  --unit         only the tests that start no process
  --integration  only the tests on real servers
  -h, --help     this text
  ARGUMENTS      go to the test runner, e.g. -- -class Unit.Topology.NodeIdTests
TEXT
}

probe=no
suites=all
while [ $# -gt 0 ]; do
  case $1 in
    --probe) probe=yes ;;
    --unit) suites=unit ;;
    --integration) suites=integration ;;
    -h | --help) usage; exit 0 ;;
    --) shift; break ;;
    *) fail 2 "test.sh does not know '$1'. Arguments for the test runner come after -- (--help lists the rest)." ;;
  esac
  shift
done

require_dotnet
find_mode "$probe"
require_redis_server
[ "$suites" = unit ] || want_test_tools
[ "$suites" = unit ] || want_browser

projects=() beyond=()
case $suites in all | unit) projects+=(Tests/Unit/Unit.csproj) ;; esac
if [ "$mode" = offline ] && [ "$suites" != unit ]; then
  beyond=(offline/Tests/Offline.Tests.csproj)
  projects+=("${beyond[@]}")
fi
case $suites in all | integration) projects+=(Tests/Integration/Integration.csproj) ;; esac

say "Building (Release)"
# The solution holds all but the stand-ins' own tests.
build RedisClusterAspire.sln "${beyond[@]}"

passed=0 failed=0 skipped=0 status=0
results="$root/artifacts/test-results"
mkdir -p "$results"

# One attribute of the <assembly> element of the runner's report.
count() { grep -o '<assembly [^>]*>' "$1" | head -n 1 | grep -o " $2=\"[0-9]*\"" | tr -dc 0-9; }

# What was started in the background ignores SIGINT, and so would the programs that tests end by it.
signals=()
env --default-signal=INT true 2>/dev/null && signals=(--default-signal=INT)

for project in "${projects[@]}"; do
  name=$(basename "$project" .csproj)
  report="$results/$name.xml"
  rm -f "$report"
  say "Testing: $name"
  # Hosts inside a test's own process would fill the screen with what their tests provoke; those of Integration are programs under test.
  logging=()
  [ "$name" = Integration ] || logging=(Logging__Console__LogLevel__Default=None)
  env "${signals[@]}" "${logging[@]}" dotnet "$(built "$name")" -noColor -result-xml "$report" "$@" || status=1
  if [ -s "$report" ]; then
    passed=$((passed + $(count "$report" passed)))
    failed=$((failed + $(count "$report" failed) + $(count "$report" errors)))
    skipped=$((skipped + $(count "$report" skipped)))
  else
    say "error: $name ended without a report"
    failed=$((failed + 1))
  fi
done

[ "$failed" = 0 ] || status=1
if [ $((passed + failed)) = 0 ]; then
  say "error: no test was run"
  status=1
fi
echo "$passed passed, $failed failed, $skipped skipped"
exit $status
