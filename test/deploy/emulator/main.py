"""Starts MiniStack with the behaviours of AWS that Keyturn relies on put right.

Configured by the same environment variables as `ministack`. Each module here names the wrong behaviour it corrects, as seen
in the version below, and what AWS documents; nothing of MiniStack (MIT) is copied.
"""
import importlib.metadata
import os
import signal
import sys
import threading

VERSION = "1.5.33"
if importlib.metadata.version("ministack") != VERSION:
    raise SystemExit(f"the corrections are written against ministack {VERSION}; look through them before another is used")

import ministack.app

import checkpoint  # noqa: F401
import event_source  # noqa: F401
import executions  # noqa: F401
import expressions  # noqa: F401
import faults  # noqa: F401
import http_api  # noqa: F401
import logs  # noqa: F401
import permissions  # noqa: F401
import polling  # noqa: F401
import restarts  # noqa: F401
import rotation  # noqa: F401
import stack_resources  # noqa: F401
import suppressions  # noqa: F401
import tables  # noqa: F401

# It would serve on port 443 too, where that is free; of two that start at once one finds it taken, and ends.
ministack.app._port_is_bindable = lambda host, port: False


def _end_with_parent():
    """The parent process holds standard input open; when it ends, even by a kill, this process and the functions' end too."""
    sys.stdin.read()
    os.killpg(0, signal.SIGKILL)


if __name__ == "__main__":
    threading.Thread(target=_end_with_parent, daemon=True).start()
    ministack.app.main()
