#!/bin/sh
# Runs on a node as root and prints what the proof and the hardware fingerprint are made from: sections, each begun by a
# line "== name". What could not be looked at is missing or says so; nothing stands for "nothing found" but a look.
# It changes nothing but for one empty file of a random name, made in / and taken away at once (see "layers").
# Plain sh, coreutils, findutils and tar, which every Debian image has: it need not have Python.
# $1: "scrub" to read every block of the image through the kernel's verity check now. $2 and $3: for tests, another
# folder than /run/sidus and another than /. A line before this program sets `nonce`: hexadecimal digits that the asker
# made for this question, and `tpm_key`, `tpm_quote` and `tpm_registers`: two commands for a TPM (base64), and the numbers
# of the registers that the second is about.
PATH=/usr/sbin:/usr/bin:/sbin:/bin
LC_ALL=C
export PATH LC_ALL
umask 077
nonce=${nonce:-0}
S=${2:-/run/sidus}
root=${3:-}

# A small file, by the shell itself: on an emulated node each program that is started costs a hundredth of a second.
show() {
	[ ! -r "$1" ] || while IFS= read -r line || [ -n "$line" ]; do printf '%s\n' "$line"; done <"$1"
} 2>/dev/null
say() { printf '== %s\n' "$1"; }

say cmdline; show /proc/cmdline
say release; uname -r
say version; uname -v
# The GNU build id of the kernel that runs (not of the one that lies in /boot).
say notes; od -An -v -tx1 /sys/kernel/notes 2>/dev/null | tr -d ' \n'; echo
say boot; show /proc/sys/kernel/random/boot_id
say uptime; read -r up _ </proc/uptime; echo "$up"
if [ "${1:-}" = scrub ]; then
	say scrub
	if dd if=/dev/mapper/sidus of=/dev/null bs=1M 2>/dev/null; then echo passed; else echo failed; fi
fi
# After a scrub, so that what it found counts.
say table; dmsetup table sidus 2>/dev/null
say status; dmsetup status sidus 2>/dev/null
say device; dmsetup info -c --noheadings -o major,minor sidus 2>/dev/null
say mounts; cat /proc/self/mountinfo
say facts; show "$S/facts"
# Shows that this is the boot that the server ordered: only the two of them know the word.
say answer
if [ -r "$S/word" ]; then
	read -r word <"$S/word"
	read -r boot </proc/sys/kernel/random/boot_id
	inner=$(printf '%s\n%s %s' "$word" "$nonce" "$boot" | sha256sum)
	inner=$(printf '%s\n%s' "$word" "${inner%% *}" | sha256sum)
	echo "${inner%% *}"
fi

# --- What differs from the image. One walk over the upper layer; only what it names is looked up in the layers below.
# What software writes while it runs. Its files are counted and left alone, but for those that programs load by
# themselves: those change what a program does, as a file of the system would.
state='./var ./tmp ./root ./home ./run'
is_state='-path ./var -o -path ./tmp -o -path ./root -o -path ./home -o -path ./run'
loaded='-name *.py -o -name *.pyc -o -name *.pth -o -name *.egg-link -o -name *.so -o -name *.so.* -o -name .bash* ! -name .bash_history
	-o -name .profile -o -name .zsh* -o -name .pam_environment -o -name .Rprofile -o -name .Renviron -o -name .numpy-site.cfg
	-o -path */.ssh/rc -o -path */.ssh/environment -o -path */.ssh/authorized_keys* -o -path */.ssh/config -o -path */.local/* -o -path */.config/*
	-o -path ./root/bin/* -o -path ./home/*/bin/* -o -path ./var/local/* -o -path ./var/spool/cron/*'
record='%y %m %U %G %s\0%l\0%p\0'

# Paths (NUL between them) that exist here; then their records; then the hashes of those that are files.
there() { xargs -0 -r sh -c 'for p; do if [ -e "$p" ] || [ -L "$p" ]; then printf "%s\0" "$p"; fi; done' sh; }
gone() { xargs -0 -r sh -c 'for p; do if [ ! -e "$0/$p" ] && [ ! -L "$0/$p" ]; then printf "%s\0" "$p"; fi; done' "$1"; }
files() { xargs -0 -r sh -c 'for p; do if [ -f "$p" ] && [ ! -L "$p" ]; then printf "%s\0" "$p"; fi; done' sh; }
folders() { xargs -0 -r sh -c 'for p; do if [ -d "$p" ] && [ ! -L "$p" ]; then printf "%s\0" "$p"; fi; done' sh; }
records() { xargs -0 -r sh -c 'exec find "$@" -maxdepth 0 -printf "$0"' "$record"; }
children() { xargs -0 -r sh -c 'exec find "$@" -mindepth 1 -maxdepth 1 -print0' sh; }
hashes() { xargs -0 -r sha256sum -z; }
# Extended attributes and ACLs, without the content: the pax headers of an archive of copies that have only those.
attributes() {
	[ -s "$1" ] || return 0
	rm -rf "$scratch/bare" && mkdir "$scratch/bare" &&
		xargs -0 -r cp --attributes-only --no-dereference --preserve=mode,ownership,xattr --parents -t "$scratch/bare" <"$1" &&
		tar -C "$scratch/bare" --create --format=pax --acls --xattrs '--xattrs-include=*' .
}

look() {
	cd "$upper" || return 1
	set -f # the patterns are find's
	# shellcheck disable=SC2086
	find . \( $is_state \) -prune -fprint0 "$scratch/paths" -fprintf "$scratch/upper" "$record" -o \
		-fprint0 "$scratch/paths" -fprintf "$scratch/upper" "$record" || return 1
	# shellcheck disable=SC2086
	count=$(
		find $(ls -d $state 2>/dev/null) ./.none -mindepth 1 \( $loaded \) \( ! -type d -o -path '*/.local/*' \) \
			-fprint0 "$scratch/loaded" -fprintf "$scratch/upper-loaded" "$record" -o \
			! -type d -printf x 2>/dev/null | wc -c
	)
	echo "state=$count"
	cat "$scratch/upper-loaded" >>"$scratch/upper"
	cat "$scratch/loaded" >>"$scratch/paths"
	echo "paths=$(tr -cd '\0' <"$scratch/paths" | wc -c)"
	# overlayfs keeps a character device 0:0 for what was removed.
	xargs -0 -r sh -c 'for p; do if [ -c "$p" ] && [ ! -L "$p" ]; then printf "%s\0" "$p"; fi; done' sh <"$scratch/paths" |
		xargs -0 -r stat --printf '%t:%T\0%n\0' >"$scratch/devices" || return 1
	for layer in own image; do
		cd "$S/$layer" || return 1
		there <"$scratch/paths" >"$scratch/found" && records <"$scratch/found" >"$scratch/$layer" || return 1
		files <"$scratch/found" >"$scratch/below" && hashes <"$scratch/below" >"$scratch/$layer-hashes" || return 1
		cat "$scratch/below" >>"$scratch/both"
		folders <"$scratch/found" >"$scratch/below-folders" || return 1
		attributes "$scratch/below" >"$scratch/$layer-attributes" || return 1
		# A folder that was removed and made again hides all that lay in the old one: what is no longer seen in / is gone.
		# shellcheck disable=SC2086
		{
			cd "$upper" && folders <"$scratch/below-folders" >"$scratch/merged" && cd "$S/$layer" &&
				xargs -0 -r sh -c 'for p; do case $p in ./var | ./tmp | ./root | ./home | ./run) ;; *) printf "%s\0" "$p" ;; esac; done' \
					sh <"$scratch/merged" | children
			find $(ls -d $state 2>/dev/null) ./.none \( $loaded \) ! -type d -print0 2>/dev/null
		} | gone "$root/" >>"$scratch/hidden"
	done
	cd "$upper" || return 1
	files <"$scratch/both" >"$scratch/again" && hashes <"$scratch/again" >"$scratch/upper-hashes" || return 1
	attributes "$scratch/again" >"$scratch/upper-attributes" || return 1
	cd "$S/own" && find . -printf "$record" >"$scratch/own-all" || return 1
	find . -type f -print0 | hashes >"$scratch/own-all-hashes" || return 1
}

top= ; lines=0
while read -r _ _ _ _ point rest; do
	if [ "$point" = "${root:-/}" ]; then top=${rest#* - }; lines=$((lines + 1)); fi
done </proc/self/mountinfo
upper= ; case $top in overlay*upperdir=*) upper=${top#*upperdir=}; upper=${upper%%,*} ;; esac
say layers
echo "upper=$upper"
echo "stacked=$lines"
# Whether that folder is what / writes to, and not something mounted over it or made in its place.
mark=.sidus-$nonce-$$
if [ -n "$upper" ] && (set -C; : >"$root/$mark") 2>/dev/null; then
	if [ -f "$upper/$mark" ]; then echo live=yes; else echo live=no; fi
	rm -f "$root/$mark"
else
	echo live=unknown
fi
if scratch=$(mktemp -d /run/sidus-probe.XXXXXX 2>/dev/null || mktemp -d); then
	trap 'rm -rf "$scratch"' EXIT
	for name in paths upper loaded upper-loaded both hidden; do : >"$scratch/$name"; done
	if [ -n "$upper" ] && (look) 2>"$scratch/errors"; then echo looked=yes; else
		echo looked=no
		sed "s/^/error=/" "$scratch/errors" 2>/dev/null | head -n 3
	fi
fi
cd /

# --- Code and settings from elsewhere than the image: what overrides units, rules and settings until the next boot.
if [ -n "$scratch" ]; then
	for d in systemd/system systemd/system.control systemd/user sysctl.d modprobe.d udev/rules.d environment.d ld.so.conf.d; do
		[ ! -d "/run/$d" ] || find "/run/$d" ! -type d -printf "$record"
	done >"$scratch/overrides" 2>/dev/null
	[ ! -r "$S/settings" ] || cp "$S/settings" "$scratch/settings-at-boot"
	[ ! -r "$S/image/usr/lib/sidus/settings" ] || sh "$S/image/usr/lib/sidus/settings" >"$scratch/settings"
	# All listings in one: names in them hold any byte but NUL, which stands between them.
	say listings; rm -rf "$scratch/bare"; tar -C "$scratch" --create . | gzip -1 | base64
fi
say modules; cut -d' ' -f1 /proc/modules 2>/dev/null

say cpuinfo; cat /proc/cpuinfo
say memory; grep MemTotal /proc/meminfo
say present; show /sys/devices/system/cpu/present
say online; show /sys/devices/system/cpu/online
say smt; show /sys/devices/system/cpu/smt/control
say dmi; for f in sys_vendor product_name product_version board_name bios_vendor bios_version; do
	line=
	[ ! -r "/sys/class/dmi/id/$f" ] || IFS= read -r line <"/sys/class/dmi/id/$f"
	printf '%s\t%s\n' "$f" "$line"
done 2>/dev/null
say cstates; for d in /sys/devices/system/cpu/cpu0/cpuidle/state*; do
	[ -d "$d" ] && printf '%s\t%s\t%s\n' "$(cat "$d/name")" "$(cat "$d/latency")" "$(cat "$d/disable")"
done
say governor; show /sys/devices/system/cpu/cpu0/cpufreq/scaling_governor
say boost; show /sys/devices/system/cpu/cpufreq/boost; show /sys/devices/system/cpu/intel_pstate/no_turbo
say pages; show /sys/kernel/mm/transparent_hugepage/enabled
say clocksource; show /sys/devices/system/clocksource/clocksource0/current_clocksource
say tpm; [ ! -c /dev/tpmrm0 ] || echo /dev/tpmrm0
# The TPM makes its key, and signs its registers and the nonce with it. A command goes to it as a whole, and the handle
# that it gives the key (bytes 11 to 14 of its answer) stands in the same place of the next one.
if [ -c /dev/tpmrm0 ] && [ -n "${tpm_key:-}" ] && [ -n "$scratch" ]; then
	mkdir "$scratch/tpm" && cd "$scratch/tpm" && (
		exec 3<>/dev/tpmrm0
		printf %s "$tpm_key" | base64 -d >ask
		dd if=ask bs=4096 >&3 && dd of=key bs=4096 count=1 <&3
		printf %s "$tpm_quote" | base64 -d >ask
		{ head -c 10 ask; tail -c +11 key | head -c 4; tail -c +15 ask; } >filled
		dd if=filled bs=4096 >&3 && dd of=quote bs=4096 count=1 <&3
	) 2>/dev/null
	for name in key quote; do say "tpm-$name"; base64 "$name"; done 2>/dev/null
	say tpm-registers; for n in $tpm_registers; do echo "$n $(cat "/sys/class/tpm/tpm0/pcr-sha256/$n")"; done 2>/dev/null
	say tpm-log; base64 /sys/kernel/security/tpm0/binary_bios_measurements 2>/dev/null
	cd /
fi
say virtual; systemd-detect-virt 2>/dev/null
say end
exit 0
