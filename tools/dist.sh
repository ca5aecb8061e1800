#!/usr/bin/env bash
# Writes the files of a release to a directory: an archive of the programs for each platform with its
# SBOM, an archive of the rules, boards and runbooks, and their checksums. Two runs of one commit write
# the same bytes.
# usage: tools/dist.sh DIRECTORY
# LDFLAGS are the linker flags of the programs.
set -euo pipefail
# shellcheck source=tools/lib.sh
. "$(dirname "$0")/lib.sh"
cd "$tools/.."

programs=(exporter report)
platforms=(linux/amd64 linux/arm64 darwin/amd64 darwin/arm64)
documents=(LICENSE README.md CHANGELOG.md SECURITY.md)
bundle=(rules/*.yml rules/compat alertmanager/*.yml alertmanager/templates promtool-tests dashboards/json docs deploy)

mkdir -p "$1"
dist=$(cd "$1" && pwd)
rm -rf "${dist:?}"/*
version=$(cat VERSION)
sbom=$("$tools/install.sh" cyclonedx-gomod)
export CGO_ENABLED=0 GOFLAGS=-buildvcs=false
# The time of every file in the archives.
: "${SOURCE_DATE_EPOCH:=$(git log -1 --format=%ct)}"

# archive NAME DIRECTORY FILE...: writes NAME.tar.gz, whose files are below NAME/.
archive() {
	tar --sort=name --owner=0 --group=0 --numeric-owner --mode=u+w,go-w,a+rX --mtime="@$SOURCE_DATE_EPOCH" \
		--transform="s,^,$1/," --exclude='*.go' --exclude=deploy/healthcheck --exclude=deploy/secrets/local --exclude=rules/overrides.yml \
		-cf - -C "$2" "${@:3}" | gzip -n -9 >"$dist/$1.tar.gz"
}

archive "marketplace_monitoring-$version" . "${documents[@]}" "${bundle[@]}"

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
for platform in "${platforms[@]}"; do
	for program in "${programs[@]}"; do
		name=marketplace_$program-$version.${platform/\//-}
		say "building $name ..."
		mkdir "$work/$name"
		GOOS=${platform%/*} GOARCH=${platform#*/} go build -trimpath -ldflags "${LDFLAGS:-}" \
			-o "$work/$name/marketplace_$program" "./$program"
		"$sbom" bin -json -licenses -noserial -notimestamp -version "v$version" -output "$dist/$name.cdx.json" \
			"$work/$name/marketplace_$program" 2>/dev/null
		cp "${documents[@]}" "$work/$name"
		archive "$name" "$work/$name" "marketplace_$program" "${documents[@]}"
	done
done

cd "$dist"
sha256sum -- * >sha256sums.txt
say "wrote $dist"
