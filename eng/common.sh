# shellcheck shell=bash
# Shared by run.sh, test.sh and netbox: which package mode, something to run Redis with, a quiet build.
# Source it with `root` set to the repository's folder.

: "${root:?set root before sourcing this}"

say() { printf '%s\n' "$*" >&2; }
fail() { # exit code, message
  local code=$1
  shift
  say "error: $*"
  exit "$code"
}

require_dotnet() {
  command -v dotnet >/dev/null 2>&1 || fail 2 "the .NET 10 SDK is not on PATH. Install it: https://dotnet.microsoft.com/download/dotnet/10.0"
  (cd "$root" && dotnet --version >/dev/null 2>&1) || fail 2 "a .NET SDK 10.0 is needed, found only: $(dotnet --list-sdks | cut -d' ' -f1 | paste -sd' '). Install it: https://dotnet.microsoft.com/download/dotnet/10.0"
}

# --- package mode -------------------------------------------------------------------------------------------------

mode_file() { printf '%s' "$root/artifacts/PackageMode.props"; }

aspire_version() { sed -n 's:.*<AspireVersion>\(.*\)</AspireVersion>.*:\1:p' "$root/Directory.Packages.props"; }

# Restores once what a build with the Aspire packages needs, in a folder that inherits the feeds of this checkout and
# the central versions, nothing else: the packages with all they bring along, the SDK, and the two packages for this
# platform that the SDK adds to an AppHost by itself.
probe_packages() {
  local dir="$root/artifacts/probe" version id
  version=$(aspire_version)
  rm -rf "$dir"
  mkdir -p "$dir"
  for file in Directory.Build.props Directory.Build.targets; do
    echo '<Project />' >"$dir/$file"
  done
  echo '<Project><Import Project="../../Directory.Packages.props" /></Project>' >"$dir/Directory.Packages.props"
  {
    echo '<Project Sdk="Microsoft.NET.Sdk"><PropertyGroup><TargetFramework>net10.0</TargetFramework><NuGetAudit>false</NuGetAudit></PropertyGroup><ItemGroup>'
    # shellcheck disable=SC2013 # One id a line, none with spaces.
    for id in $(sed -n 's/.*PackageVersion Include="\(Aspire\.[^"]*\)".*/\1/p' "$root/Directory.Packages.props"); do
      echo "<PackageReference Include=\"$id\" />"
    done
    # shellcheck disable=SC2016
    for id in Aspire.AppHost.Sdk 'Aspire.Dashboard.Sdk.$(NETCoreSdkPortableRuntimeIdentifier)' 'Aspire.Hosting.Orchestration.$(NETCoreSdkPortableRuntimeIdentifier)'; do
      echo "<PackageDownload Include=\"$id\" Version=\"[$version]\" />"
    done
    echo '</ItemGroup></Project>'
  } >"$dir/probe.csproj"
  DOTNET_CLI_UI_LANGUAGE=en dotnet restore "$dir/probe.csproj" --nologo -v q >"$dir/restore.log" 2>&1
}

remember_mode() {
  mkdir -p "$root/artifacts"
  printf '<Project>\n  <PropertyGroup>\n    <PackageMode>%s</PackageMode>\n  </PropertyGroup>\n</Project>\n' "$1" >"$(mode_file)"
}

# Sets `mode`. $1 = yes looks for the packages again.
find_mode() {
  local version missing
  version=$(aspire_version)
  if [ -n "${PACKAGE_MODE:-}" ]; then
    case $PACKAGE_MODE in
      nuget | offline) mode=$PACKAGE_MODE ;;
      *) fail 2 "PACKAGE_MODE is '$PACKAGE_MODE'; it takes nuget or offline." ;;
    esac
    say "Package mode: $mode (PACKAGE_MODE says so)"
    return
  fi
  if [ "${1:-no}" != yes ] && [ -f "$(mode_file)" ]; then
    mode=$(sed -n 's:.*<PackageMode>\(.*\)</PackageMode>.*:\1:p' "$(mode_file)")
    case $mode in
      nuget | offline)
        say "Package mode: $mode (found out earlier; --probe looks again)"
        return
        ;;
    esac
  fi
  if probe_packages; then
    mode=nuget
    remember_mode nuget
    say "Package mode: nuget (the feed has Aspire $version)"
  elif grep -qE 'NU110[123]' "$root/artifacts/probe/restore.log"; then
    mode=offline
    remember_mode offline
    missing=$(sed -nE 's/.*Unable to find package ([A-Za-z0-9._-]*[A-Za-z0-9]).*/\1/p' "$root/artifacts/probe/restore.log" | sort -u | head -n 1)
    case $missing in
      Aspire.*) missing="$missing $version" ;;
      *) missing="${missing:-a package}, which Aspire $version needs" ;;
    esac
    say "Package mode: offline (the feed lacks $missing; the stand-ins under offline/ take its place)"
  else
    # True for now, not worth remembering: no answer, or versions that do not go together.
    mode=offline
    PACKAGE_MODE=offline
    export PACKAGE_MODE
    case $(grep -oE 'error NU[0-9]{4}' "$root/artifacts/probe/restore.log" | head -n 1) in
      '' | *NU1301) say "Package mode: offline for this time (no answer from the package feed; see artifacts/probe/restore.log)" ;;
      *) say "Package mode: offline for this time (the feed's packages do not go together; see artifacts/probe/restore.log)" ;;
    esac
  fi
}

# --- something to run Redis with ----------------------------------------------------------------------------------

redis_server() { command -v redis-server || command -v valkey-server; }

container_runtime() {
  local runtime
  for runtime in ${ASPIRE_CONTAINER_RUNTIME:-${DOTNET_ASPIRE_CONTAINER_RUNTIME:-docker podman}}; do
    if command -v "$runtime" >/dev/null 2>&1 && timeout 10 "$runtime" info >/dev/null 2>&1; then
      printf '%s' "$runtime"
      return 0
    fi
  done
  return 1
}

# Debian's packages without what they recommend, where that is possible. What went wrong is in artifacts/apt.log.
apt_install() {
  command -v apt-get >/dev/null 2>&1 && [ "$(id -u)" = 0 ] || return 1
  mkdir -p "$root/artifacts"
  local install=(env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@")
  { "${install[@]}" || { apt-get update -qq && "${install[@]}"; }; } >"$root/artifacts/apt.log" 2>&1
}

install_redis() {
  command -v apt-get >/dev/null 2>&1 && [ "$(id -u)" = 0 ] || return 1
  say "No redis-server here: installing Debian's redis-server (apt-get install redis-server)"
  # The package would start a server of its own on port 6379; only its program is wanted.
  local policy=/usr/sbin/policy-rc.d made=no status=0
  if [ ! -e "$policy" ]; then
    printf '#!/bin/sh\nexit 101\n' >"$policy" && chmod +x "$policy" && made=yes
  fi
  apt_install redis-server || status=$?
  [ $made = yes ] && rm -f "$policy"
  if [ $status != 0 ]; then
    say "apt-get failed, its last lines (all of them: artifacts/apt.log):"
    tail -n 3 "$root/artifacts/apt.log" >&2
  fi
  return $status
}

how_to_get_redis() {
  if [ "$(uname -s)" = Darwin ]; then echo "brew install redis"
  elif command -v apt-get >/dev/null 2>&1; then echo "sudo apt-get install -y redis-server"
  elif command -v dnf >/dev/null 2>&1; then echo "sudo dnf install -y redis"
  elif command -v apk >/dev/null 2>&1; then echo "sudo apk add redis"
  else echo "install redis-server 7.0 or later, or start Docker"; fi
}

# For run.sh: a container engine or a server program.
require_redis() {
  redis_server >/dev/null || container_runtime >/dev/null || install_redis ||
    fail 2 "nothing here can run Redis: no working docker or podman, no redis-server or valkey-server on PATH. Type: $(how_to_get_redis)"
}

# For test.sh: the tests start real servers as processes, a container engine does not serve.
require_redis_server() {
  redis_server >/dev/null || install_redis ||
    fail 2 "the tests need redis-server or valkey-server on PATH. Type: $(how_to_get_redis)"
}

# For test.sh: small tools of Debian's that single tests are skipped without.
want_test_tools() {
  command -v apt-get >/dev/null 2>&1 && command -v dpkg >/dev/null 2>&1 && [ "$(id -u)" = 0 ] || return 0
  local missing=() package
  for package in shellcheck faketime libtcmalloc-minimal4 dnsmasq-base iproute2; do
    dpkg -s "$package" >/dev/null 2>&1 || missing+=("$package")
  done
  [ ${#missing[@]} = 0 ] && return 0
  say "Installing what some tests need (apt-get install ${missing[*]})"
  apt_install "${missing[@]}" || say "Not installed, so these tests are skipped; see artifacts/apt.log"
}

# For test.sh: the browser that netbox's page is tested in; large, so not for those who run the unit tests only.
want_browser() {
  command -v chromium >/dev/null 2>&1 || command -v chromium-browser >/dev/null 2>&1 || command -v google-chrome >/dev/null 2>&1 || [ -n "${CHROMIUM:-}" ] && return 0
  command -v apt-get >/dev/null 2>&1 && [ "$(id -u)" = 0 ] || return 0
  say "Installing the browser that netbox's page is tested in (apt-get install chromium)"
  apt_install chromium || say "Not installed, so these tests are skipped; see artifacts/apt.log"
}

# --- build --------------------------------------------------------------------------------------------------------

# The built program of a project: its name, and its assembly's where that is another.
built() { printf '%s' "${ArtifactsPath:-$root/artifacts}/bin/$1/release/${2:-$1}.dll"; }

# Leaves no build server behind: no MSBuild nodes, and a compiler server of our own that is told to go.
build() {
  local id="redis-cluster-aspire-$$" log="$root/artifacts/build.log" status=0 sdk
  mkdir -p "$root/artifacts"
  for project in "$@"; do
    MSBUILDDISABLENODEREUSE=1 dotnet build "$root/$project" -c Release --nologo -v q -nodeReuse:false \
      -p:UseSharedCompilation=true -p:SharedCompilationId="$id" >"$log" 2>&1 || { status=1; break; }
  done
  sdk=$(cd "$root" && dotnet --info | sed -n 's/^ *Base Path: *//p')
  dotnet "${sdk%/}/Roslyn/bincore/VBCSCompiler.dll" "-pipename:$id" -shutdown >/dev/null 2>&1 || true
  if [ $status != 0 ]; then
    grep -E 'error|warning' "$log" | sort -u | head -n 40 >&2
    fail 1 "the build failed (all of it: artifacts/build.log)"
  fi
}
