"""A cold start: PUT at /_ministack/keyturn/restart with {"function": its name} ends the processes of all of a function's versions.

AWS has no call for it: a published version does not change, and so its processes end when Lambda likes.
"""
import json

import admin
from ministack.core import lambda_runtime


def _answer(method, body):
    if method != "PUT":
        return 400, {}, b""
    lambda_runtime.invalidate_worker(json.loads(body)["function"])
    return 204, {}, b""


admin.serve("/_ministack/keyturn/restart", _answer)
