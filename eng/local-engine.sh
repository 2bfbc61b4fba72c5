#!/usr/bin/env bash
# A container engine and a registry of their own for as long as a command runs: eng/local-engine.sh [COMMAND ...]
# Nothing of a public registry is needed; nothing is left behind but Debian's packages, unpacked, under artifacts/engine.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
. "$root/eng/common.sh"

usage() {
  cat <<'TEXT'
Runs a command with a container engine and a registry that nobody else uses, on a socket and a port of their own.

  eng/local-engine.sh [COMMAND ...]          default: a shell

It finds in its environment
  DOCKER_HOST     the engine
  REGISTRY        the registry, localhost:PORT
  BASE_IMAGE      an image as small as it gets: this machine's .NET runtime and the libraries it loads, no shell, user 1654
  DEBIAN_IMAGE    Debian with apt and the same runtime, user 1654
  BUILD_NETWORK   the network that 'docker build' has to use

Build the images and look around:  eng/local-engine.sh sh -c 'eng/images.sh && exec bash'

It has to be root, and needs docker.io, docker-registry and debootstrap of Debian. Exit code 3: something is missing.
TEXT
}

case ${1:-} in -h | --help) usage; exit 0 ;; esac

# --- what is needed ------------------------------------------------------------------------------------------------
missing=()
command -v dockerd >/dev/null && command -v docker >/dev/null || missing+=(docker.io)
command -v docker-registry >/dev/null || missing+=(docker-registry)
command -v debootstrap >/dev/null || missing+=(debootstrap)
[ "${#missing[@]}" = 0 ] || fail 3 "not installed: ${missing[*]}. Install them: apt-get install --no-install-recommends ${missing[*]}"
[ "$(id -u)" = 0 ] || fail 3 "only root can start a container engine"
require_dotnet

cache="$root/artifacts/engine"
# Short: the path of a socket may have 107 characters.
work=$(mktemp -d /tmp/engine.XXXXXX)
mkdir -p "$cache"

# shellcheck disable=SC2317 # Called by the trap.
stop() { # pid
  if [ -n "$1" ] && kill "$1" 2>/dev/null; then wait "$1" 2>/dev/null || true; fi
}
engine='' registry=''
# shellcheck disable=SC2317 # Called by the trap.
cleanup() {
  stop "$registry"
  stop "$engine"
  # What a container or a file system left mounted must not be deleted through.
  awk -v w="$work/" 'index($2, w) == 1 { print $2 }' /proc/mounts | sort -r | while read -r mounted; do umount -l "$mounted" || true; done
  rm -rf --one-file-system "$work"
}
trap cleanup EXIT
trap 'exit 143' TERM
trap 'exit 130' INT

wait_for() { # seconds, what, command...
  local until=$((SECONDS + $1)) what=$2
  shift 2
  until "$@" >/dev/null 2>&1; do
    if [ "$SECONDS" -ge "$until" ]; then
      tail -n 5 "$work"/*.log >&2
      fail 1 "$what does not answer"
    fi
    sleep 0.1
  done
}

# --- engine and registry -------------------------------------------------------------------------------------------
export DOCKER_HOST="unix://$work/docker.sock"
# Without bridge and packet filter: containers use the machine's own network, and nothing of the machine is changed.
dockerd -H "$DOCKER_HOST" --bridge=none --iptables=false --data-root "$work/data" --exec-root "$work/exec" --pidfile "$work/docker.pid" \
  >"$work/dockerd.log" 2>&1 &
engine=$!

cat >"$work/registry.yml" <<YAML
version: 0.1
log: { level: info }
storage: { filesystem: { rootdirectory: $work/registry } }
http: { addr: "localhost:0" }
YAML
OTEL_TRACES_EXPORTER=none docker-registry serve "$work/registry.yml" >"$work/registry.log" 2>&1 &
registry=$!
wait_for 30 "the registry" grep -q 'listening on' "$work/registry.log"
port=$(sed -n 's/.*listening on [^ ]*:\([0-9]*\).*/\1/p' "$work/registry.log" | head -n 1)
export REGISTRY="localhost:$port" BUILD_NETWORK=host
wait_for 60 "the container engine" docker version

# --- base images ---------------------------------------------------------------------------------------------------
# The environment that the images of Microsoft set as well.
runtime=$(dirname "$(readlink -f "$(command -v dotnet)")")
version=$(dotnet --list-runtimes | sed -n 's/^Microsoft.AspNetCore.App \(10\.[0-9.]*\).*/\1/p' | tail -n 1)
[ -n "$version" ] || fail 3 "no ASP.NET Core runtime 10 beside the SDK"
settings=(
  -c 'ENV PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'
  -c 'ENV APP_UID=1654'
  -c 'ENV ASPNETCORE_HTTP_PORTS=8080'
  -c 'ENV DOTNET_RUNNING_IN_CONTAINER=true'
  -c "ENV DOTNET_VERSION=$version"
  -c "ENV ASPNET_VERSION=$version"
  -c 'USER 1654'
)

add_runtime() { # folder
  mkdir -p "$1/usr/share/dotnet/host/fxr" "$1/usr/share/dotnet/shared/Microsoft.NETCore.App" "$1/usr/share/dotnet/shared/Microsoft.AspNetCore.App" "$1/usr/bin"
  cp "$runtime/dotnet" "$1/usr/share/dotnet/"
  cp -r "$runtime/host/fxr/$version" "$1/usr/share/dotnet/host/fxr/"
  cp -r "$runtime/shared/Microsoft.NETCore.App/$version" "$1/usr/share/dotnet/shared/Microsoft.NETCore.App/"
  cp -r "$runtime/shared/Microsoft.AspNetCore.App/$version" "$1/usr/share/dotnet/shared/Microsoft.AspNetCore.App/"
  ln -sf /usr/share/dotnet/dotnet "$1/usr/bin/dotnet"
  printf 'app:x:1654:1654::/home/app:/usr/sbin/nologin\n' >>"$1/etc/passwd"
  printf 'app:x:1654:\n' >>"$1/etc/group"
  mkdir -p "$1/home/app"
  chown 1654:1654 "$1/home/app"
}

push() { # folder, image
  tar -C "$1" --sort=name --mtime=@0 -c . | docker import "${settings[@]}" - "$2" >/dev/null
  docker push -q "$2" >/dev/null
}

# The runtime with what it loads, by name or by asking the loader: the libraries, OpenSSL and the certificates.
make_small() { # folder
  mkdir -p "$1/etc/ssl/certs" "$1/tmp" "$1/usr/lib"
  chmod 1777 "$1/tmp"
  printf 'root:x:0:0:root:/root:/usr/sbin/nologin\n' >"$1/etc/passwd"
  printf 'root:x:0:\n' >"$1/etc/group"
  printf 'hosts: files dns\n' >"$1/etc/nsswitch.conf"
  add_runtime "$1"
  local library
  {
    ldd "$runtime/dotnet" "$runtime/shared/Microsoft.NETCore.App/$version"/*.so | awk '/=> \// { print $3 } /^\t\/lib/ { print $1 }'
    ldconfig -p | awk '$1 ~ /^lib(ssl|crypto)\.so\.3$|^libnss_(dns|files)\.so\.2$|^libresolv\.so\.2$/ { print $NF }'
  } | grep -v "^$runtime/" | sort -u | while read -r library; do
    mkdir -p "$1$(dirname "$library")"
    cp -L "$library" "$1$library"
  done
  cp -L /etc/ssl/certs/ca-certificates.crt "$1/etc/ssl/certs/" 2>/dev/null || true
}

make_debian() { # folder
  if [ ! -s "$cache/debian.tar" ]; then
    say "Unpacking Debian (once)"
    local mirror
    # Hardly any machine has all of these files.
    mirror=$(sed -n 's/^URIs: *\(http[^ ]*\/debian\)\/*$/\1/p; s/^deb \(http[^ ]*\/debian\)\/* .*/\1/p' /etc/apt/sources.list /etc/apt/sources.list.d/* 2>/dev/null | head -n 1 || true)
    rm -rf "$cache/debian"
    debootstrap --variant=minbase --include=ca-certificates,libssl3,libstdc++6,zlib1g "$(. /etc/os-release && echo "$VERSION_CODENAME")" \
      "$cache/debian" "${mirror:-http://deb.debian.org/debian}" >"$cache/debootstrap.log" 2>&1 || fail 1 "debootstrap failed; see $cache/debootstrap.log"
    rm -rf "$cache/debian"/var/cache/apt/archives/*.deb "$cache/debian"/var/lib/apt/lists/*
    tar -C "$cache/debian" -cf "$cache/debian.tar.part" .
    mv "$cache/debian.tar.part" "$cache/debian.tar"
    rm -rf "$cache/debian"
  fi
  mkdir -p "$1"
  tar -C "$1" -xf "$cache/debian.tar"
  add_runtime "$1"
}

export BASE_IMAGE="$REGISTRY/dotnet/aspnet:10.0-small" DEBIAN_IMAGE="$REGISTRY/dotnet/aspnet:10.0"
make_small "$work/small"
push "$work/small" "$BASE_IMAGE"
make_debian "$work/debian"
push "$work/debian" "$DEBIAN_IMAGE"
rm -rf "$work/small" "$work/debian"
say "Engine $DOCKER_HOST, registry $REGISTRY"

if [ $# = 0 ]; then set -- "${SHELL:-bash}"; fi
cd "$root"
status=0
"$@" || status=$?
exit "$status"
