#!/bin/sh
# Runs on a node as root and prints what the proof and the hardware fingerprint are made from: sections, each begun by a
# line "== name". It only reads. Plain sh and coreutils: an image need not have Python.
# $1: "scrub" to read every block of the image through the kernel's verity check now.
PATH=/usr/sbin:/usr/bin:/sbin:/bin
LC_ALL=C
export PATH LC_ALL

say() { printf '== %s\n' "$1"; }

say cmdline; cat /proc/cmdline
say release; uname -r
say version; uname -v
# The GNU build id of the kernel that runs (not of the one that lies in /boot).
say notes; od -An -v -tx1 /sys/kernel/notes 2>/dev/null | tr -d ' \n'; echo
say boot; cat /proc/sys/kernel/random/boot_id
say uptime; cut -d' ' -f1 /proc/uptime
if [ "${1:-}" = scrub ]; then
	say scrub
	if dd if=/dev/mapper/sidus of=/dev/null bs=1M 2>/dev/null; then echo passed; else echo failed; fi
fi
# After a scrub, so that what it found counts.
say table; dmsetup table sidus 2>/dev/null
say status; dmsetup status sidus 2>/dev/null
say device; dmsetup info -c --noheadings -o major,minor sidus 2>/dev/null
say mounts; cat /proc/self/mountinfo
say facts; cat /run/sidus/facts 2>/dev/null

say drift
upper=/run/sidus/rw/upper
if cd "$upper" 2>/dev/null; then
	find . -mindepth 1 \( -type f -o -type l -o -type c -o -type p -o -type s \) 2>/dev/null | head -n 5000 | while IFS= read -r path; do
		path=${path#./}
		below=/run/sidus/own/$path
		[ -e "$below" ] || [ -L "$below" ] || below=/run/sidus/image/$path
		if [ -c "$path" ] && [ "$(stat -c %t:%T "$path")" = 0:0 ]; then
			printf 'deleted\t0\t%s\n' "$path" # overlayfs keeps a 0:0 character device for a file that was removed
		elif [ ! -e "$below" ] && [ ! -L "$below" ]; then
			printf 'added\t%s\t%s\n' "$(stat -c %s "$path")" "$path"
		elif [ -f "$path" ] && [ ! -L "$path" ] && cmp -s "$path" "$below" && [ "$(stat -c %a:%u:%g "$path")" = "$(stat -c %a:%u:%g "$below")" ]; then
			: # opened for writing, and equal all the same
		else
			printf 'changed\t%s\t%s\n' "$(stat -c %s "$path")" "$path"
		fi
	done
fi

say cpuinfo; cat /proc/cpuinfo
say memory; grep MemTotal /proc/meminfo
say online; cat /sys/devices/system/cpu/online 2>/dev/null
say smt; cat /sys/devices/system/cpu/smt/control 2>/dev/null
say dmi; for f in sys_vendor product_name product_version board_name bios_vendor bios_version; do
	printf '%s\t%s\n' "$f" "$(cat /sys/class/dmi/id/$f 2>/dev/null)"
done
say cstates; for d in /sys/devices/system/cpu/cpu0/cpuidle/state*; do
	[ -d "$d" ] && printf '%s\t%s\t%s\n' "$(cat "$d/name")" "$(cat "$d/latency")" "$(cat "$d/disable")"
done
say governor; cat /sys/devices/system/cpu/cpu0/cpufreq/scaling_governor 2>/dev/null
say clocksource; cat /sys/devices/system/clocksource/clocksource0/current_clocksource 2>/dev/null
say virtual; systemd-detect-virt 2>/dev/null
say end
exit 0
