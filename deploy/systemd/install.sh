#!/bin/sh
# Puts agents under systemd, upgrades them, takes an upgrade back, and takes them away again. See --help.
set -eu
# The agents' own users read the configuration; secrets are made with a mask of their own.
umask 022

usage() {
    cat <<'END'
Usage: install.sh [OPTIONS] AGENT...      (aws-agent, azure-agent, gcp-agent, generic-agent)
       install.sh [OPTIONS] --all

Installs or upgrades the agents: binary, units, a configuration where there is none, an empty token file.
Nothing is started that did not run; what runs is restarted after an upgrade.

  --from DIR     the folder with the binaries (default: the current one)
  --with NAME    credentials for the agent, several times: aws-credentials, azure-client-secret, google-key
                 (the drop-ins of that name; put the secret into the file that is printed)
  --rollback     bring back the binary that the last upgrade replaced
  --uninstall    remove binary and units; configuration, token and state stay
  --purge        with --uninstall: remove those too
  --dry-run      print what would be done, and do nothing
  --root DIR     work below DIR and leave the running systemd alone: for packages and images
  --help         this text

Running it again with newer binaries is the upgrade. A changed configuration is never overwritten.
END
}

fail() {
    echo "install.sh: $1" >&2
    exit 1
}

AGENTS='aws-agent azure-agent gcp-agent generic-agent'
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
from=. action=install purge='' dry='' root='' agents='' with=''

while [ $# -gt 0 ]; do
    case $1 in
        --from | --with | --root)
            [ $# -ge 2 ] || fail "$1 needs a value; see --help"
            case $1 in
                --from) from=$2 ;;
                --with) with="$with $2" ;;
                --root) root=${2%/} ;;
            esac
            shift
            ;;
        --all) agents=$AGENTS ;;
        --rollback) action=rollback ;;
        --uninstall) action=uninstall ;;
        --purge) purge=yes ;;
        --dry-run) dry=yes ;;
        --help | -h)
            usage
            exit 0
            ;;
        aws-agent | azure-agent | gcp-agent | generic-agent) agents="$agents $1" ;;
        *) fail "\`$1\` is neither an option nor an agent; see --help" ;;
    esac
    shift
done
[ -n "$agents" ] || fail "name an agent ($AGENTS), or --all; see --help"
[ -z "$purge" ] || [ "$action" = uninstall ] || fail '--purge goes with --uninstall only'
[ -n "$root" ] || [ -n "$dry" ] || [ "$(id -u)" = 0 ] || fail 'this changes the system: run it as root, or with --dry-run'

bin=$root/usr/local/bin
etc=$root/etc/openfinops
units=$root/etc/systemd/system
state=$root/var/lib
manager=''
# The test that sd_booted(3) makes.
if [ -z "$root" ] && [ -d /run/systemd/system ]; then manager=yes; fi

# Says what is done, and does it unless this is a rehearsal.
act() {
    echo "$1"
    shift
    [ -n "$dry" ] || "$@"
}

# systemd before 251 does not know %d, but has the same folder.
unit_text() {
    if [ -n "$old_systemd" ]; then
        sed 's|%d/|%t/credentials/%n/|g' "$1"
    else
        cat "$1"
    fi
}

# A file is there wholly or not at all, also while something reads it.
write_file() {
    mkdir -p "$(dirname "$3")"
    unit_text "$2" >"$3.new"
    chmod "$1" "$3.new"
    mv -f "$3.new" "$3"
}

put_unit() {
    if [ -e "$2" ] && unit_text "$1" | cmp -s - "$2"; then
        echo "unchanged  $2"
        return
    fi
    verb='write'
    if [ -e "$2" ]; then verb='replace'; fi
    act "$(printf '%-10s' "$verb") $2" write_file 0644 "$1" "$2"
    touched=yes
}

put_binary() {
    mkdir -p "$bin"
    # Not over the old one: a program that runs cannot be written to.
    cp "$1" "$2.new"
    chmod 0755 "$2.new"
    if [ -e "$2" ]; then
        ln -f "$2" "$2.previous"
    fi
    mv -f "$2.new" "$2"
}

# A secret is never readable by others, not even for a moment.
write_empty_secret() {
    mkdir -p "$etc"
    (umask 077 && : >"$1")
}

write_example() {
    mkdir -p "$etc"
    env -i PATH="$PATH" "$1" config example >"$2.new" || {
        rm -f "$2.new"
        fail "$1 cannot print its configuration: is it built for this machine?"
    }
    # No secret is in it, and the agent's own user reads it.
    chmod 0644 "$2.new"
    mv "$2.new" "$2"
}

remove() {
    for path in "$@"; do
        if [ -e "$path" ] || [ -L "$path" ]; then
            act "remove     $path" rm -rf "$path"
        fi
    done
}

# A new binary that refuses the configuration in place would not start.
check_configuration() {
    [ -e "$etc/$1.yaml" ] || return 0
    # Mistakes only: a token is no matter of the file, and the server is not asked.
    said=$(env -i PATH="$PATH" "$from/$1" config validate --config "$etc/$1.yaml" 2>&1) || {
        echo "$said" >&2
        fail "the new $1 refuses $etc/$1.yaml; mend that first. $1 was not changed"
    }
}

install_agent() {
    touched=''
    if [ -e "$bin/$1" ] && cmp -s "$from/$1" "$bin/$1"; then
        echo "unchanged  $bin/$1"
    elif [ -e "$bin/$1" ]; then
        act "upgrade    $bin/$1 (the old one stays as $1.previous)" put_binary "$from/$1" "$bin/$1"
        touched=yes
    else
        act "install    $bin/$1" put_binary "$from/$1" "$bin/$1"
    fi
    put_unit "$here/openfinops-$1.service" "$units/openfinops-$1.service"
    if [ -e "$etc/$1.yaml" ]; then
        echo "keep       $etc/$1.yaml"
    else
        act "write      $etc/$1.yaml, with every setting and its default" write_example "$from/$1" "$etc/$1.yaml"
    fi
    if [ -n "$touched" ]; then changed="$changed $1"; fi
}

install_shared() {
    put_unit "$here/openfinops-once@.service" "$units/openfinops-once@.service"
    put_unit "$here/openfinops-once@.timer" "$units/openfinops-once@.timer"
    put_unit "$here/openfinops-agents.target" "$units/openfinops-agents.target"
    case " $agents " in
        *" generic-agent "*)
            own=openfinops-once@generic-agent.service.d/50-generic-agent.conf
            put_unit "$here/$own" "$units/$own"
            ;;
    esac
    if [ -e "$etc/token" ]; then
        echo "keep       $etc/token"
    else
        act "write      $etc/token, empty" write_empty_secret "$etc/token"
    fi
}

# The agent that credentials are for.
agent_of() {
    case $1 in
        aws-credentials) echo aws-agent ;;
        azure-client-secret) echo azure-agent ;;
        google-key) echo gcp-agent ;;
        *) fail "there are no credentials named \`$1\`; see --help" ;;
    esac
}

# The file that they are in.
file_of() {
    case $1 in
        google-key) echo google-key.json ;;
        *) echo "$1" ;;
    esac
}

install_credentials() {
    touched=''
    agent=$(agent_of "$1")
    file=$etc/$(file_of "$1")
    put_unit "$here/drop-ins/$1.conf" "$units/openfinops-$agent.service.d/50-$1.conf"
    put_unit "$here/drop-ins/$1.conf" "$units/openfinops-once@$agent.service.d/50-$1.conf"
    if [ -e "$file" ]; then
        echo "keep       $file"
    else
        act "write      $file, empty" write_empty_secret "$file"
        fill="$fill $file"
    fi
    case " $changed " in *" $agent "*) touched='' ;; esac
    if [ -n "$touched" ]; then changed="$changed $agent"; fi
}

reload() {
    if [ -n "$manager" ]; then
        act 'run        systemctl daemon-reload' systemctl daemon-reload
    fi
}

restart_if_running() {
    if [ -n "$manager" ]; then
        act "run        systemctl try-restart openfinops-$1.service" restart "$1"
    fi
}

restart() {
    systemctl --quiet try-restart "openfinops-$1.service" ||
        fail "openfinops-$1 does not start: see journalctl -u openfinops-$1; --rollback $1 brings the old binary back"
}

next_steps() {
    echo
    echo 'Next:'
    for agent in $agents; do
        echo "  edit $etc/$agent.yaml, at least \`server\`, then: $bin/$agent config validate --config $etc/$agent.yaml"
    done
    echo "  put the server's token into $etc/token (it may stay empty where the server wants none)"
    for file in $fill; do
        echo "  put the credentials into $file"
    done
    for agent in $agents; do
        echo "  systemctl enable --now openfinops-$agent    all the time, or"
        echo "  systemctl enable --now openfinops-once@$agent.timer    once an hour"
    done
    echo '  systemctl enable --now openfinops-agents.target    all that are installed'
}

do_install() {
    old_systemd='' changed='' fill=''
    if [ -n "$manager" ]; then
        version=$(systemctl --version | sed -n 's/^systemd \([0-9]*\).*/\1/p')
        [ "$version" -ge 247 ] || fail "systemd $version cannot hand over secrets (LoadCredential=): 247 is the oldest that can"
        if [ "$version" -lt 251 ]; then
            old_systemd=yes
            echo "systemd $version does not know %d: %t/credentials/%n is written in its place"
        fi
    fi
    # Everything is checked before anything is changed.
    for name in $with; do
        owner=$(agent_of "$name")
        case " $agents " in *" $owner "*) ;; *) fail "$name is for $owner, which is not among the agents named" ;; esac
    done
    for agent in $agents; do
        [ -f "$from/$agent" ] || fail "$from/$agent is missing; name the folder of the binaries with --from"
        check_configuration "$agent"
    done
    for agent in $agents; do install_agent "$agent"; done
    install_shared
    for name in $with; do install_credentials "$name"; done
    reload
    for agent in $changed; do restart_if_running "$agent"; done
    next_steps
}

swap() {
    mv -f "$1.previous" "$1.new"
    ln -f "$1" "$1.previous"
    mv -f "$1.new" "$1"
}

do_rollback() {
    for agent in $agents; do
        [ -e "$bin/$agent.previous" ] || fail "there is no $bin/$agent.previous to go back to: nothing was upgraded"
    done
    for agent in $agents; do
        act "restore    $bin/$agent (the one it replaces becomes $agent.previous)" swap "$bin/$agent"
        restart_if_running "$agent"
    done
}

# A unit that is not there or never ran is no reason to stop.
stop_unit() {
    systemctl --quiet disable --now "$@" 2>/dev/null || true
}

uninstall_agent() {
    touched=''
    if [ -n "$manager" ]; then
        act "run        systemctl disable --now openfinops-$1.service openfinops-once@$1.timer" \
            stop_unit "openfinops-$1.service" "openfinops-once@$1.timer"
    fi
    remove "$units/openfinops-$1.service" "$bin/$1" "$bin/$1.previous"
    if [ "$1" = generic-agent ]; then
        remove "$units/openfinops-once@$1.service.d/50-generic-agent.conf"
    fi
    if [ -n "$purge" ]; then
        remove "$units/openfinops-$1.service.d" "$units/openfinops-once@$1.service.d" "$units/openfinops-once@$1.timer.d"
        remove "$etc/$1.yaml" "$state/private/openfinops/$1" "$state/openfinops/$1"
        case $1 in
            aws-agent) remove "$etc/aws-credentials" ;;
            azure-agent) remove "$etc/azure-client-secret" ;;
            gcp-agent) remove "$etc/google-key.json" ;;
        esac
    fi
}

others_installed() {
    for other in $AGENTS; do
        case " $agents " in *" $other "*) continue ;; esac
        if [ -e "$bin/$other" ]; then return 0; fi
    done
    return 1
}

uninstall_shared() {
    if [ -n "$manager" ]; then
        act 'run        systemctl disable --now openfinops-agents.target' stop_unit openfinops-agents.target
    fi
    remove "$units/openfinops-agents.target" "$units/openfinops-once@.timer" "$units/openfinops-once@.service"
    if [ -n "$purge" ]; then
        remove "$etc/token"
        # Folders are removed where they are empty: what else is in them is not this program's.
        for folder in "$etc" "$state/private/openfinops" "$state/openfinops"; do
            if [ -d "$folder" ]; then act "remove     $folder, if it is empty" remove_empty "$folder"; fi
        done
    fi
}

remove_empty() {
    rmdir "$1" 2>/dev/null || echo "keep       $1, which has other files"
}

do_uninstall() {
    for agent in $agents; do uninstall_agent "$agent"; done
    if others_installed; then
        echo 'keep       what the other agents share: token, timer, target'
    else
        uninstall_shared
    fi
    reload
    if [ -z "$purge" ]; then
        echo "keep       $etc and $state/openfinops: configuration, secrets, state (--purge removes them)"
    fi
}

"do_$action"
if [ -n "$dry" ]; then
    echo 'This was a rehearsal: nothing was changed.'
fi
