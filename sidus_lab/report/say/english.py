"""The words of a report in English."""

from __future__ import annotations

from typing import Final

TEXTS: Final = {
    "question": "The same program on different machines: do they compute the same, do they take the same time, "
    "and if not, why?",
    "made": "Made {when} by sidus_lab {version}. This file is complete: it needs no network.",
    "by": "By {authors}.",
    "simulated": "Simulated data: no machine measured this.",
    "recorded": "Played from a recording: {recording}. The times are those of its day, and nothing was measured anew.",
    "machines": "What the machines were",
    "the same": "the same",
    "not proven": "not proven",
    "software on all nodes": "software on all nodes",
    "nodes asked": "nodes asked",
    "of": "{good} of {all}",
    "measurements good": "measurements good",
    "sentences passed": "sentences passed their check",
    "answer": "What can be said",
    "cause": "cause: {cause}",
    "check": "Check: {check}",
    "checked": "checked",
    "cannot be told": "cannot be told",
    "numbers": "The numbers behind it",
    "proof": "The proof: {result}",
    "proof same": "all nodes run the same software",
    "proof not": "the nodes are not proven to run the same software",
    "root hash": "root hash",
    "each node": "each node, level by level",
    "node": "node",
    "nodes": "nodes",
    "kernel": "kernel",
    "hardware": "hardware",
    "field": "field",
    "value": "value",
    "words": "words",
    "nothing": "nothing",
    "not asked": "Could not be asked",
    "differs": "What differs",
    "equal": "What is equal on all nodes",
    "command lines": "Kernel command lines",
    "figures": "Figures",
    "figure": "Figure {number}.",
    "table": "Table {number}.",
    "drawing": "drawing …",
    "no script": "The figures are drawn by JavaScript, which is switched off. The numbers are in the table above.",
    "shows": "What it shows, in words",
    "save": "Save as",
    "save figure": "Save figure {number} as {kind}",
    "cannot draw": "This figure could not be drawn:",
    "browser": "(it takes a browser of 2023 or later)",
    "method": "How it was done",
    "factors": "factors",
    "none": "none",
    "repetitions": "repetitions",
    "repeated": "{repetitions} of each combination on each node, in {blocks} complete blocks, in random order inside "
    "each block",
    "noise floor": "noise floor",
    "aa": "A and A' (the same thing twice) {aa} times on each node first",
    "aa boots": "A and A' (the same thing) {aa} times each on each node; a boot is A or A' as a whole",
    "boots": "boots",
    "booted": "{boots} of each node, started anew between them",
    "executions": "executions",
    "executed": "{each} on each of {nodes} nodes",
    "seed": "seed",
    "workload": "workload",
    "arguments": "arguments",
    "environment": "environment",
    "nothing set": "nothing set",
    "code": "code",
    "run": "run",
    "versions": "versions",
    "commit": "commit of sidus_lab",
    "started with": "started with",
    "clean": "{command}, in a clean environment: {environment}",
    "time": "time",
    "from to": "{start} to {end}",
    "sessions": ", in {count} sessions",
    "host": "host of the notebook",
    "load": "its load",
    "loads": "{before} before, {after} after (processes that want to run, mean of a minute; {processors} processors)",
    "on the nodes": "on the nodes",
    "image": "image",
    "proofs taken": "proofs taken",
    "not covered": "not covered",
    "took hold": "Did the setting take hold?",
    "kernels": "The BLAS kernel that really ran, as the library itself says",
    "built from": "What the nodes ran",
    "recipe": "Recipe of {image}",
    "packages": "The {count} packages of {image}, with version and the SHA-256 of each",
    "package": "package",
    "version": "version",
    "program": "The program that was measured",
    "data": "The data",
    "dictionary": "What each column means",
    "column": "column",
    "meaning": "meaning",
    "factor column": "level of this factor; default: it was left as the node has it",
    "files": "The data of this report, inside this file:",
    "repeat": "How to repeat it",
    "repeat here": "On a fresh machine with Debian or Ubuntu, from nothing to the verdict. The design is the same, in "
    "the same order; the nodes are virtual machines of that machine.",
    "repeat code": "Code that repeats it",
    "repeat site": 'On nodes of your own: sl.connect("user@server") in the place of sl.embedded.Embedded().up().',
    "cite": "How to cite",
    "cite what": "The software, the system that it stands on, and these data:",
    "bibtex": "BibTeX of software, SIDUS and data",
    "licence data": "licence of the data",
    "licence software": "licence of sidus_lab",
    "not stated": "not stated by the author",
    "footer": "✓ a sentence whose check passed. – a sentence that says what cannot be told, and what is missing for "
    "it. Colours never stand alone: each comes with a sign or a word.",
}

ABOUT: Final = {
    "software": "Software",
    "bits": "Results, bit by bit",
    "time": "Time",
    "limits": "Limits",
    "data": "Data",
}

CAUSES: Final = {
    "hardware": "hardware",
    "software": "software",
    "code": "code",
    "setting": "setting",
    "chance": "chance",
    "unknown": "unknown",
}

STATES: Final = {"passed": "passed", "failed": "failed", "not looked at": "not looked at"}

CAPTIONS: Final = {
    "bits": "Each row is an operation under one setting, each column a node. Equal letters are equal bits. "
    "Letters compare within an operation, over all of its settings.",
    "durations": "Every measured execution, node by node, each operation with a scale of its own; "
    "a short line is the mean.",
    "variance": "Points are estimates, lines their 95 % intervals. Near 100 % the node decides; "
    "near 0 % it is chance from run to run.",
    "boot": "Each segment ends where the node reported that stage to the server.",
}

MACHINES: Final = {
    "real": "{nodes}: real machines, by what they say of themselves. Durations are theirs.",
    "emulated": "{nodes}: emulated machines. A program (QEMU) did the work of their processors, without help of the "
    "hardware. No duration here tells anything about the processor that a node shows, nor how much faster one of them "
    "is: durations compare within one node only. Results, bit by bit, are those of the instructions that each node "
    "offers.",
    "virtual": "{nodes}: virtual machines ({how}). They share the processors, caches and memory of their host with "
    "whatever else runs there: durations hold for this host under this load, and differences between nodes need not "
    "come from the nodes. Results, bit by bit, are those of the instructions that each node offers.",
    "unknown": "{nodes}: nobody asked them what they are. Whether they were real or virtual, and so what their "
    "durations are worth, is not known from these data.",
}

COLUMNS: Final = {
    "run": "name of the run",
    "when": "when the execution began, by the notebook's clock (UTC, ISO 8601)",
    "node": "name of the node",
    "boot": "boot id of the node's kernel: another one after each start",
    "boot_index": "which of the planned boots",
    "phase": "aa: the same thing under two names; main: the design itself",
    "aa": "A or A' in the phase aa",
    "block": "number of the block; each holds every combination of levels once",
    "order": "place in the order of the node",
    "repetition": "which repetition of this combination",
    "attempt": "1, or more where an execution was run again",
    "workload": "name of the program",
    "operation": "what was measured of it",
    "root_hash": "root hash of the image that the node's kernel enforces",
    "hardware": "fingerprint of the node's hardware",
    "settings": "fingerprint of the machine's settings",
    "code_hash": "SHA-256 of the program",
    "duration": "seconds, by the node's monotonic clock",
    "work": "how much was done",
    "work_unit": "unit of work",
    "result_hash": "hash of the result: equal for equal bits",
    "status": "ok, failed, lost or cancelled",
    "message": "why it is not ok",
    "metrics": "what else the program said, as JSON",
    "simulated": "true where no machine measured it",
}
