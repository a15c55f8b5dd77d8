"""What the functions were allowed since it was last asked: GET at /_ministack/keyturn/uses.

Each is {"action": ..., "resource": an ARN, "words": the first words of the rows' keys}.
"""
import json
import threading

import admin

# How the access keys of sessions begin, and so those of functions.
SESSION = "ASIA"

_uses, _lock = set(), threading.Lock()


def note(access_key, action, resource, keys):
    if str(access_key).startswith(SESSION):
        with _lock:
            _uses.add((action, str(resource), tuple(sorted({str(key).split("#")[0] for key in keys}))))


def _answer(method, body):
    with _lock:
        noted = sorted(_uses)
        _uses.clear()
    uses = [{"action": action, "resource": resource, "words": words} for action, resource, words in noted]
    return 200, {"Content-Type": "application/json"}, json.dumps(uses).encode()


admin.serve("/_ministack/keyturn/uses", _answer)
