"""Runs a command and prints the processor time (s) and peak memory (KiB) of it and all its children as the last line."""

import resource
import subprocess
import sys

code = subprocess.run(sys.argv[1:], stdout=sys.stderr).returncode
used = resource.getrusage(resource.RUSAGE_CHILDREN)
print(f"{code} {used.ru_utime + used.ru_stime} {used.ru_maxrss}")
