"""How many processes a function may have at once, and that a limit of the function is that of its versions.

The emulator starts one for each concurrent call, and a race of fifty would start fifty on two cores. AWS has machines for
that; here the calls beyond a few wait. A race is as much of one: what races are the calls that are under way.
"""
import os
import threading

from ministack.services import lambda_svc

PROCESSES_PER_FUNCTION = int(os.environ["PROCESSES_PER_FUNCTION"])

_execute = lambda_svc._execute_function_dispatch
_turns, _turns_lock = {}, threading.Lock()


def _execute_in_turn(function, config, *more):
    name = config.get("FunctionName", "")
    with _turns_lock:
        turn = _turns.setdefault(name, threading.BoundedSemaphore(PROCESSES_PER_FUNCTION))
    with turn:
        return _execute(function, config, *more)


lambda_svc._execute_function_dispatch = _execute_in_turn

_reserved = lambda_svc._reserved_concurrency


def _reserved_of_function(function, config):
    """What a function may run at once, its versions and aliases together; the emulator looks for it in what was called alone.

    See Lambda developer guide, "Configuring reserved concurrency for a function".
    """
    found = _reserved(function, config)
    if found is not None:
        return found
    whole, _ = lambda_svc._get_func_record_for_qualifier(config.get("FunctionName", ""), None)
    return _reserved(whole, config)


lambda_svc._reserved_concurrency = _reserved_of_function
