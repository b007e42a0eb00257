#!/usr/bin/env bash
# Prove the Debian packages in dist/: on a plain Debian 12 without Python, each installs, says its version, does
# its work, paints its window, and leaves nothing but its users' own files when it is purged. What holds a desktop,
# a service or a manual to its form comes last, as it brings Python along.
#
#   scripts/prove_packages.sh [FOLDER]     run as root; needs debootstrap, and `make package` before
#
# FOLDER (default: a new temporary one) keeps the plain system, so that a second run starts sooner. Pictures of
# the windows are left in dist/. MIRROR is the Debian mirror, where not debootstrap's own choice.
set -euo pipefail

repository=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
folder=${1:-$(mktemp -d)}
INCLUDE=ca-certificates
. "$repository/scripts/debian_folder.sh"
go_inside

as_resident() {
    inside env HOME=/home/resident XDG_RUNTIME_DIR=/tmp/resident "$@"
}

install_packages() {
    cp "$repository"/dist/counterproof-*.deb "$root/tmp/"
    say "apt-get install, with what the packages ask for and nothing else"
    inside apt-get update -qq
    inside env DEBIAN_FRONTEND=noninteractive sh -c \
        'apt-get install -y -qq --no-install-recommends /tmp/*.deb' >"$folder/install.log" 2>&1 ||
        { tail -20 "$folder/install.log"; stop "the packages do not install: see $folder/install.log"; }
    inside sh -c '! command -v python3' || stop "something brought Python along: the programs would not show it"
    inside dpkg-query -W -f '${Package} ${Version}, ${Installed-Size} KiB\n' 'counterproof-*'
}

# Each program answers, has its manual page and its completions, and can be read by everybody.
prove_commands() {
    local name
    for name in wallet verifier issuer; do
        say "$name: $(as_resident "$name" --version)"
        as_resident "$name" --help >/dev/null
        [ -s "$root/usr/share/man/man1/$name.1.gz" ] || stop "$name has no manual page"
    done
}

# No file of a folder lacks a library, and none comes from there that Debian has.
prove_libraries() {
    say "libraries: every one is found, and Debian's where it has it"
    local name missing
    for name in wallet verifier issuer; do
        missing=$(inside sh -c "
            cd /usr/lib/counterproof-$name/_internal
            find . -type f -name '*.so*' | LD_LIBRARY_PATH=\$PWD xargs ldd 2>/dev/null | grep 'not found' | sort -u")
        [ -z "$missing" ] || stop "$name lacks $missing"
        ! compgen -G "$root/usr/lib/counterproof-$name/_internal/lib*fribidi*" || stop "$name brings FriBidi along"
        ! compgen -G "$root/usr/lib/counterproof-$name/_internal/libssl.so*" || stop "$name brings OpenSSL along"
    done
    inside dpkg-query -W -f '${Package} ${Version}\n' libfribidi0 libssl3 libsqlite3-0
}

prove_a_vector() {
    say "verifier conformance: one of the published cases"
    local answer
    answer=$("$repository/.venv/bin/python" -c '
import json, sys
case = json.load(open(sys.argv[1]))
print(json.dumps({name: case[name] for name in case if name not in ("clause", "expect", "note")}))' \
        "$repository/tests/vectors/verification/device_mac.json" | as_resident_reading verifier conformance)
    printf '%s\n' "$answer"
    grep -q '"verdict": *"accepted"' <<<"$answer" || stop "the case was not accepted"
}

# As `inside`, with standard input handed on.
as_resident_reading() {
    env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin LANG=C.UTF-8 HOME=/home/resident chroot --userspec resident "$root" "$@"
}

prove_an_agency() {
    say "issuer: an agency is founded, issues nothing, publishes"
    inside env HOME=/tmp COUNTERPROOF_PASSPHRASE="correct horse battery staple nine" sh -ec '
        cd /tmp
        issuer init agency --name "Harbour Borough" --country EE --type residency >/dev/null
        issuer publish agency published >/dev/null
        issuer audit verify agency
        ls published'
    [ -s "$root/usr/lib/systemd/system/counterproof-issuer.service" ] || stop "the service has no unit"
    grep -q '^counterproof:' "$root/etc/passwd" || stop "the service has no user of its own"
    [ "$(stat -c '%a' "$root/var/lib/counterproof-issuer")" = 700 ] || stop "others can read the service's folder"
}

# The agency certifies the counter, and the counter prints in Hindi: fonts of the system, FriBidi to join letters.
prove_paper() {
    say "issuer and verifier: a counter is certified, and its request is on paper in Hindi"
    inside env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends fonts-lohit-deva \
        >"$folder/fonts.log" 2>&1
    as_resident_in_home COUNTERPROOF_PASSPHRASE="correct horse battery staple nine" \
        COUNTERPROOF_ROOT_PASSPHRASE="correct horse battery staple nine" sh -ec '
        cd
        issuer init agency --name "Harbour Borough" --country EE --type residency >/dev/null
        verifier init --counter counter --name "Library desk" --id HB-1 >/dev/null
        issuer reader-cert agency --request counter/reader.csr --id HB-1 --office HB-1 --name "Library desk" \
            --out desk.pem >/dev/null
        verifier install-cert --counter counter desk.pem
        verifier --language hi request --counter counter --type residency --fields age_over_18 \
            --purpose library.age-check --beyond-registration --out ask.pdf'
    cp "$root/home/resident/ask.pdf" "$repository/dist/paper-verifier.pdf"
    "$repository/.venv/bin/python" -m scripts.packages.paper "$repository/dist/paper-verifier.pdf" \
        "$repository/dist/paper-verifier.png" || stop "nothing is on the paper"
}

as_resident_in_home() {
    env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin LANG=C.UTF-8 HOME=/home/resident \
        chroot --userspec resident "$root" env "$@" </dev/null
}

# A window in a real X server, which writes its screen into a file (XWD) that the host turns into a picture.
prove_windows() {
    say "windows, in Xvfb"
    inside env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends xvfb \
        fonts-dejavu-core >"$folder/xvfb.log" 2>&1
    local name
    for name in wallet verifier; do
        inside sh -ec "
            mkdir -p /tmp/screen /tmp/resident /tmp/.X11-unix; chmod 1777 /tmp/.X11-unix
            chown resident /tmp/screen /tmp/resident; chmod 700 /tmp/resident; rm -f /tmp/screen/*
            Xvfb :7 -screen 0 1280x800x24 -fbdir /tmp/screen -nolisten tcp >/dev/null 2>&1 & server=\$!
            sleep 2
            setpriv --reuid resident --regid resident --clear-groups env HOME=/home/resident DISPLAY=:7 \
                XDG_RUNTIME_DIR=/tmp/resident $name >/tmp/$name.log 2>&1 & program=\$!
            cp /tmp/screen/Xvfb_screen0 /tmp/blank
            for second in \$(seq ${PAINT_SECONDS:-90}); do
                sleep 1
                kill -0 \$program || { cat /tmp/$name.log; exit 1; }
                cmp -s /tmp/blank /tmp/screen/Xvfb_screen0 || break
            done
            sleep 5
            kill -0 \$program || { cat /tmp/$name.log; exit 1; }
            cp /tmp/screen/Xvfb_screen0 /tmp/$name.xwd
            kill \$program; wait \$program || true; kill \$server; wait \$server || true" ||
            stop "$name did not stay open"
        "$repository/.venv/bin/python" -m scripts.packages.screen "$root/tmp/$name.xwd" \
            "$repository/dist/window-$name.png" || stop "$name painted nothing"
    done
}

# The forms of others: a manual that man-db reads, entries that a desktop takes, a unit that systemd understands,
# completions that a shell asks for.
prove_forms() {
    say "manual, completions, desktop entries, types of files, unit"
    inside env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends man-db bash-completion \
        desktop-file-utils appstream shared-mime-info systemd >"$folder/forms.log" 2>&1
    inside mandb --quiet
    local name
    for name in wallet verifier issuer; do
        inside whatis -l "$name" | grep -v '\.\.\.' || stop "$name: man does not know what it is for"
        inside env MANWIDTH=100 man "$name" | grep -q -- '--language TAG' || stop "$name: its page lacks its options"
        [ "$(inside man --warnings "$name" 2>&1 >/dev/null)" = "" ] || stop "$name: man warns of its page"
    done
    inside bash -c '
        . /usr/share/bash-completion/bash_completion
        _completion_loader wallet
        COMP_WORDS=(wallet tr) COMP_CWORD=1
        _wallet_completion wallet
        [ "${COMPREPLY[*]}" = trust ]' || stop "bash completes nothing"
    inside sh -c 'desktop-file-validate /usr/share/applications/org.counterproof.*.desktop' || stop "desktop entries"
    inside sh -c 'appstreamcli validate --no-net /usr/share/metainfo/org.counterproof.*.xml' || stop "metainfo"
    inside update-mime-database /usr/share/mime
    grep -q '^application/vnd.counterproof.offer+json:\*.cpoffer' "$root/usr/share/mime/globs" || stop "types of files"
    inside update-desktop-database
    grep '^x-scheme-handler/openid-credential-offer=org.counterproof.Wallet.desktop;' \
        "$root/usr/share/applications/mimeinfo.cache" || stop "no window opens an offer"
    inside systemd-analyze verify counterproof-issuer.service || stop "the unit"
    inside systemd-analyze security --offline=true counterproof-issuer.service | tail -1
}

prove_removal() {
    say "apt-get remove, then purge: what is left"
    as_resident_in_home COUNTERPROOF_PASSPHRASE="correct horse battery staple nine" wallet init >/dev/null
    local before after left files
    files=$(inside dpkg -L counterproof-{wallet,verifier,issuer} | sort -u)
    before=$(cd "$root" && find home var/lib/counterproof-issuer etc/counterproof-issuer | LC_ALL=C sort)
    inside env DEBIAN_FRONTEND=noninteractive apt-get remove -y -qq 'counterproof-*' >"$folder/remove.log" 2>&1
    inside dpkg --purge counterproof-{wallet,verifier,issuer} >>"$folder/remove.log" 2>&1 # apt forgets some by then
    after=$(cd "$root" && find home var/lib/counterproof-issuer etc/counterproof-issuer | LC_ALL=C sort)
    [ "$before" = "$after" ] || stop "what is the people's own was touched: $(diff <(echo "$before") <(echo "$after"))"
    grep -q '\.cpwallet$' <<<"$after" || stop "there was no wallet to leave alone"
    left=$(while read -r path; do [ -d "$root$path" ] || [ ! -e "$root$path" ] || echo "$path"; done <<<"$files")
    left+=$(find "$root/usr" "$root/etc" "$root/var" -iname '*counterproof*' \
        -not -path "$root/var/lib/counterproof-issuer*" -not -path "$root/etc/counterproof-issuer*" | sed "s#^$root##")
    [ -z "$left" ] || stop "left behind: $left"
    echo "nothing but what is the people's own: $(wc -l <<<"$after") files and folders as they were"
}

ls "$repository"/dist/counterproof-{wallet,verifier,issuer}_*.deb >/dev/null || stop "make package comes first"
make_plain_system
make_running_system
install_packages
prove_commands
prove_libraries
prove_a_vector
prove_an_agency
prove_paper
prove_windows
prove_forms
prove_removal
say "proved; $folder may be removed"
