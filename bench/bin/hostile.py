"""A server that does everything to survive: main, a plain child, a child in a session of its own, a double-forked daemon, a daemon with
an empty environment, another that closes its outputs too, a daemon that is not dumpable. All ignore TERM, INT and HUP. argv: a word that is on no other command line."""
import ctypes, os, signal, sys, time

for name in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
    signal.signal(name, signal.SIG_IGN)


def live():
    while True:
        time.sleep(1000)


def child(then):
    if os.fork() == 0:
        then()
        live()


def daemon(then):
    def fork_again():
        os.setsid()
        if os.fork() != 0:
            os._exit(0)
        then()

    pid = os.fork()
    if pid == 0:
        fork_again()
        live()
    os.waitpid(pid, 0)


if sys.argv[2:] in (["bare"], ["hidden"]):
    live()
child(lambda: None)
child(os.setsid)
print("main is up", flush=True)
daemon(lambda: None)
daemon(lambda: os.execve(sys.executable, [sys.executable, __file__, sys.argv[1], "bare"], {}))


def hidden():
    nowhere = os.open(os.devnull, os.O_RDWR)
    for fd in (0, 1, 2):
        os.dup2(nowhere, fd)
    ctypes.CDLL(None).prctl(4, 0, 0, 0, 0)
    os.execve(sys.executable, [sys.executable, __file__, sys.argv[1], "hidden"], {})


daemon(hidden)
daemon(lambda: ctypes.CDLL(None).prctl(4, 0, 0, 0, 0))
print("all are up", flush=True)
live()
