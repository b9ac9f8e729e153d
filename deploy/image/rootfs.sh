#!/bin/sh
# Puts together the image's root file system: agents, the libraries they are linked to, certificates, the user, licences.
#
#     rootfs.sh ROOT
set -eu
. deploy/image/agents.sh
root=$1
user=65532
libraries=$(mktemp)

for agent in $agents; do
    says=$("target/release/$agent" --version)
    if [ "$says" != "$agent $VERSION" ]; then
        echo "the image is to be labelled $VERSION and holds $says: give the version with --build-arg VERSION=…" >&2
        exit 1
    fi
    install -D --mode=0755 "target/release/$agent" "$root/usr/local/bin/$agent"
    # The first word with a slash of each line: the loader, or what a library's name was resolved to.
    ldd "target/release/$agent" | awk '{ for (i = 1; i <= NF; i++) if ($i ~ /^\//) { print $i; next } }' >>"$libraries"
done

# Where the loader looks without a cache: in the same folders as here.
sort --unique "$libraries" | while read -r library; do
    cp --dereference --parents "$library" "$root"
done

# For each Debian package that something is from: its licence, and the entry by which scanners know its version.
{
    sort --unique "$libraries" | while read -r library; do
        # It tells of files that were moved aside, too.
        dpkg-query --search "*/$(basename "$library")" | sed -n '/^diversion /d; s/:.*//p'
    done
    echo ca-certificates
} | sort --unique | while read -r package; do
    install -D --mode=0644 "/usr/share/doc/$package/copyright" "$root/usr/share/doc/$package/copyright"
    mkdir -p "$root/var/lib/dpkg/status.d"
    dpkg-query --status "$package" >"$root/var/lib/dpkg/status.d/$package"
done
install -D --mode=0644 --target-directory="$root/usr/share/doc/openfinops-agents" LICENSE NOTICE

mkdir -p "$root/etc"
cp --dereference /etc/os-release "$root/etc/os-release"
echo "root:x:0:0:root:/:/sbin/nologin
openfinops:x:$user:$user:OpenFinOps agent:/var/lib/openfinops:/sbin/nologin" >"$root/etc/passwd"
echo "root:x:0:
openfinops:x:$user:" >"$root/etc/group"
# Names first from /etc/hosts, then from DNS; both are in the C library itself.
echo "hosts: files dns" >"$root/etc/nsswitch.conf"
install -D --mode=0644 /etc/ssl/certs/ca-certificates.crt "$root/etc/ssl/certs/ca-certificates.crt"

# A new volume takes owner and mode from here.
install -d --mode=0700 --owner="$user" --group="$user" "$root/var/lib/openfinops"
# Places for what a container gets mounted: a runtime cannot make them in a root that is read-only from the start.
install -d "$root/dev" "$root/proc" "$root/sys" "$root/run" "$root/etc/openfinops"
install -d --mode=1777 "$root/tmp"

rm "$libraries"
find "$root" -exec touch --no-dereference --date="@$SOURCE_DATE_EPOCH" {} +
