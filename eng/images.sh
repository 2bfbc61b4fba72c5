#!/usr/bin/env bash
# Builds the three images: eng/images.sh [--registry HOST[:PORT]] [--prefix TEXT] [--tag TAG] [...]
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
. "$root/eng/common.sh"

usage() {
  cat <<'TEXT'
Builds the images cluster-init, hit-counter and netbox, and pushes them where a registry is named.

  eng/images.sh [--registry HOST[:PORT]] [--prefix TEXT] [--tag TAG] [--base IMAGE] [--netbox-base IMAGE] [-- ARGUMENTS]

  --registry     push there instead of loading into the local engine (docker or podman)   (default $REGISTRY, else none)
  --prefix       what comes before the names, e.g. shop/                                  (default none)
  --tag          the images' tag                                                          (default the version of the projects)
  --base         the image under cluster-init and hit-counter                             (default $BASE_IMAGE, else .NET's chiseled one)
  --netbox-base  the image under netbox, one with apt                                     (default $DEBIAN_IMAGE, else .NET's Ubuntu one)
  --without-tools  netbox without curl, dig, ethtool, ip, netstat and redis-cli: nothing but the .NET SDK is needed then
  ARGUMENTS      go to dotnet publish, e.g. -- --os linux --arch arm64

The last lines name the images. To use them with kind: kind load docker-image cluster-init:TAG hit-counter:TAG netbox:TAG
TEXT
}

registry=${REGISTRY:-} prefix='' tag='' base=${BASE_IMAGE:-} netbox_base=${DEBIAN_IMAGE:-} tools=yes
while [ $# -gt 0 ]; do
  case $1 in
    --registry | --prefix | --tag | --base | --netbox-base)
      [ $# -gt 1 ] || fail 2 "$1 takes a value (--help lists all options)."
      case $1 in
        --registry) registry=$2 ;;
        --prefix) prefix=$2 ;;
        --tag) tag=$2 ;;
        --base) base=$2 ;;
        --netbox-base) netbox_base=$2 ;;
      esac
      shift
      ;;
    --without-tools) tools=no ;;
    -h | --help) usage; exit 0 ;;
    --) shift; break ;;
    *) fail 2 "eng/images.sh does not know '$1'. Arguments for dotnet publish come after -- (--help lists the rest)." ;;
  esac
  shift
done

require_dotnet
find_mode no
export PACKAGE_MODE=$mode

engine=''
if [ "$tools" = yes ] || [ -z "$registry" ]; then
  for candidate in docker podman; do
    if command -v "$candidate" >/dev/null 2>&1 && "$candidate" version >/dev/null 2>&1; then engine=$candidate; break; fi
  done
  if [ -z "$engine" ]; then
    [ -z "$registry" ] || fail 3 "netbox's tools are Debian packages, which takes docker or podman, and neither answers. Start one, or leave the tools out: --without-tools"
    fail 3 "neither docker nor podman answers. Start one, or name a registry to push to: --registry HOST:PORT"
  fi
fi
if [ -z "$tag" ]; then tag=$(sed -n 's:.*<Version>\(.*\)</Version>.*:\1:p' "$root/Directory.Build.props"); fi

publish() { # project, repository, tag, base image, further arguments...
  local project=$1 properties=("-p:ContainerRepository=$2" "-p:ContainerImageTag=$3")
  if [ -n "$4" ]; then properties+=("-p:ContainerBaseImage=$4"); fi
  if [ -n "$registry" ]; then properties+=("-p:ContainerRegistry=$registry"); fi
  say "Image ${registry:+$registry/}$2:$3"
  # The same programs from the same source, wherever it lies; and nothing of them among what is built to be run here.
  dotnet publish "$root/$project" -c Release -t:PublishContainer --nologo -v q -p:ContinuousIntegrationBuild=true "-p:ArtifactsPath=$root/artifacts/images" \
    "${properties[@]}" "${@:5}" >&2 \
    || fail 1 "publishing $project failed"
}

publish ClusterInit.Worker/ClusterInit.Worker.csproj "${prefix}cluster-init" "$tag" "$base" "$@"
publish HitCounter.Api/HitCounter.Api.csproj "${prefix}hit-counter" "$tag" "$base" "$@"
netbox="${registry:+$registry/}${prefix}netbox:$tag"
if [ "$tools" = no ]; then
  publish NetBox.Tools/NetBox.Tools.csproj "${prefix}netbox" "$tag" "$netbox_base" "$@"
else
  publish NetBox.Tools/NetBox.Tools.csproj "${prefix}netbox" "$tag-without-tools" "$netbox_base" "$@"
  say "Image $netbox"
  pull=() network=()
  if [ -n "$registry" ]; then pull=(--pull); fi
  if [ -n "${BUILD_NETWORK:-}" ]; then network=(--network "$BUILD_NETWORK"); fi
  "$engine" build -q "${pull[@]}" "${network[@]}" --build-arg "APP=$netbox-without-tools" -t "$netbox" -f "$root/NetBox.Tools/Dockerfile" "$root/eng" >/dev/null \
    || fail 1 "building $netbox failed"
  if [ -n "$registry" ]; then "$engine" push -q "$netbox" >/dev/null || fail 1 "pushing $netbox failed"; fi
fi

for name in cluster-init hit-counter netbox; do
  echo "${registry:+$registry/}$prefix$name:$tag"
done
