"""A call ends when the function has answered.

The stock emulator then waits fifty milliseconds for a first line of the log. A process has written its lines before it answers,
and what the reading thread has not passed on yet comes with the next call's.
"""
from ministack.core import lambda_runtime

FIRST_LINE_SECONDS = 0.002
IDLE_SECONDS = 0.001

_drain = lambda_runtime.Worker._drain_stderr_bounded
lambda_runtime.Worker._drain_stderr_bounded = lambda worker: _drain(worker, FIRST_LINE_SECONDS, IDLE_SECONDS)
