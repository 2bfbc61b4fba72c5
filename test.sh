#!/usr/bin/env bash
# Runs all tests; --help tells the rest. The last line counts them, the exit code is true.
set -uo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
. "$root/eng/common.sh"

usage() {
  cat <<'TEXT'
Runs all tests; the last line is "N passed, N failed, N skipped".

  ./test.sh [--probe] [--unit | --integration] [--seed N] [--strict] [-- ARGUMENTS]

  --probe        look again whether the package feed has the Aspire packages
  --unit         only the tests that start no process
  --integration  only the tests on real servers
  --seed N       another order of the tests (0 to 2147483647); without it every run has the same
  --strict       no second try: up to three tests on real servers that fail are otherwise run once more, by
                 themselves, and told at the end as unsteady if they pass then
  -h, --help     this text
  ARGUMENTS      go to the test runner, e.g. -- -class Unit.Topology.NodeIdTests
TEXT
}

probe=no
suites=all
seed=1
second_try=3
while [ $# -gt 0 ]; do
  case $1 in
    --probe) probe=yes ;;
    --unit) suites=unit ;;
    --integration) suites=integration ;;
    --strict) second_try=0 ;;
    --seed)
      seed=${2:-}
      if ! [[ $seed =~ ^[0-9]{1,10}$ ]] || [ "$seed" -gt 2147483647 ]; then
        fail 2 "--seed is '$seed'; it takes a number from 0 to 2147483647."
      fi
      shift
      ;;
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
unsteady=()
results="$root/artifacts/test-results"
mkdir -p "$results"

# One attribute of the <assembly> element of the runner's report.
count() { grep -o '<assembly [^>]*>' "$1" | head -n 1 | grep -o " $2=\"[0-9]*\"" | tr -dc 0-9; }
failures() { echo $(($(count "$1" failed) + $(count "$1" errors))); }
failed_tests() { grep -o '<test [^>]* result="Fail"[^>]*>' "$1" | sed -nE 's/.* type="([^"]*)" method="([^"]*)".*/\1.\2/p' | sort -u; }

# What was started in the background ignores SIGINT, and so would the programs that tests end by it.
signals=()
env --default-signal=INT true 2>/dev/null && signals=(--default-signal=INT)

run_tests() { # project, report, arguments
  local name=$1 report=$2 logging=()
  shift 2
  rm -f "$report"
  # Hosts inside a test's own process would fill the screen with what their tests provoke; those of Integration are programs under test.
  [ "$name" = Integration ] || logging=(Logging__Console__LogLevel__Default=None)
  env "${signals[@]}" "${logging[@]}" dotnet "$(built "$name")" ":$seed" -noColor -result-xml "$report" "$@"
}

# Elections and half-dead nodes on real clocks: a machine that is busy elsewhere for a moment can fail a test that is right. Whether it can
# pass at all is seen by running it alone. One that passes then is still a race, in the test or in the product: its name stands in the end.
try_again() { # project, report
  local name=$1 report=$2 again="$results/$1.again.xml" tests=() methods=() test
  mapfile -t tests < <(failed_tests "$report")
  [ "${#tests[@]}" -gt 0 ] && [ "$(failures "$report")" -le "$second_try" ] && [ "$(count "$report" errors)" = 0 ] || return 1
  say "Once more, by themselves: ${tests[*]}"
  for test in "${tests[@]}"; do
    methods+=(-method "$test")
  done
  run_tests "$name" "$again" "${methods[@]}"
  [ -s "$again" ] && [ "$(failures "$again")" = 0 ] && [ "$(count "$again" passed)" -ge "$(failures "$report")" ] || return 1
  unsteady+=("${tests[@]}")
}

for project in "${projects[@]}"; do
  name=$(basename "$project" .csproj)
  report="$results/$name.xml"
  say "Testing: $name"
  result=0
  run_tests "$name" "$report" "$@" || result=1
  if [ ! -s "$report" ]; then
    say "error: $name ended without a report"
    failed=$((failed + 1))
    continue
  fi

  broken=$(failures "$report")
  if [ "$broken" != 0 ] && [ "$name" = Integration ] && try_again "$name" "$report"; then
    passed=$((passed + broken))
    broken=0 result=0
  fi

  [ "$result" = 0 ] || status=1
  passed=$((passed + $(count "$report" passed)))
  failed=$((failed + broken))
  skipped=$((skipped + $(count "$report" skipped)))
done

[ "$failed" = 0 ] || status=1
if [ $((passed + failed)) = 0 ]; then
  say "error: no test was run"
  status=1
fi
for test in "${unsteady[@]}"; do
  say "unsteady: $test passed only when it ran by itself; why it failed before stands above"
done
echo "$passed passed, $failed failed, $skipped skipped"
exit $status
