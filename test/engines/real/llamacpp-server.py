"""llama.cpp's server, as the package xllamacpp carries it: `llamacpp-server.py MODEL PORT [SLOTS]`, one thread, loopback alone."""

import signal
import sys

import xllamacpp

params = xllamacpp.CommonParams()
params.model.path = sys.argv[1]
params.hostnames = ["127.0.0.1"]
params.port = int(sys.argv[2])
slots = int(sys.argv[3]) if len(sys.argv) > 3 else 1
params.n_ctx = 2048 * slots
params.n_parallel = slots
params.cpuparams.n_threads = 1
params.cpuparams_batch.n_threads = 1

signals = {signal.SIGTERM, signal.SIGINT}
# Blocked before the engine starts its threads, so that they come here alone.
signal.pthread_sigmask(signal.SIG_BLOCK, signals)
server = xllamacpp.Server(params)
print(f"server is listening on {server.listening_address}", flush=True)
signal.sigwait(signals)
