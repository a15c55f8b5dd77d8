"""Sends that fail when told to, and what was sent: GET, PUT, POST and DELETE at /_ministack/keyturn.

PUT takes {"service": "ses" | "sns", "next": N, "error": "Throttling"}, as the laptop's inbox does: the next N sends of the
service fail with that error. POST takes {"to": an address or number, or null} and answers what was sent there; the stock
emulator gives only all of it at once. DELETE forgets what was sent. Messages by SMS get the time at which they were sent.
"""
import json
import threading
import time

import admin
from ministack.services import ses, sns

JSON = {"Content-Type": "application/json"}  # to be copied: the server adds to the headers it is given

_pending = {"ses": None, "sns": None}
_lock = threading.Lock()


def _take(service):
    """The error that this send gets; None where it may succeed."""
    with _lock:
        fault = _pending[service]
        if not fault:
            return None
        left = fault["next"] - 1
        _pending[service] = {**fault, "next": left} if left > 0 else None
        return fault["error"]


_send_email, _publish = ses._send_email, sns._publish


def _send_email_unless_faulty(params):
    error = _take("ses")
    return ses._error(error, "A fault that was asked for.", 400) if error else _send_email(params)


def _publish_unless_faulty(params):
    phone_number = sns._p(params, "PhoneNumber")
    error = _take("sns") if phone_number else None
    if error:
        return sns._error(error, "A fault that was asked for.", 400)
    answer = _publish(params)
    log = sns._sms_messages.get(phone_number) if phone_number else None
    if log:
        log[-1].setdefault("Timestamp", time.time())
    return answer


ses._send_email, sns._publish = _send_email_unless_faulty, _publish_unless_faulty


def _order(body):
    order = json.loads(body)
    service, count, error = order["service"], int(order["next"]), order.get("error")
    if service not in _pending or count < 0 or (count > 0 and not error):
        raise ValueError("not an order")
    with _lock:
        _pending[service] = {"next": count, "error": error} if count else None


def _sent_to(recipient):
    mails = [mail for (*_, key), sent in ses._sent_emails.all_items() if key == "entries" for mail in sent]
    texts = [text for _, sent in sns._sms_messages.all_items() for text in sent]
    return {
        "mails": [mail for mail in mails if recipient is None or recipient in mail["To"]],
        "texts": [text for text in texts if recipient in (None, text["PhoneNumber"])],
    }


def _answer(method, body):
    if method == "POST":
        return 200, dict(JSON), json.dumps(_sent_to(json.loads(body)["to"])).encode()
    if method == "DELETE":
        ses._sent_emails.clear()
        sns._sms_messages.clear()
        return 204, {}, b""
    if method == "PUT":
        try:
            _order(body)
        except (KeyError, TypeError, ValueError):
            return 400, dict(JSON), b'{"message":"Send {\\"service\\":\\"ses\\"|\\"sns\\",\\"next\\":N,\\"error\\":CODE}."}'
    return 200, dict(JSON), json.dumps(_pending).encode()


admin.serve("/_ministack/keyturn", _answer)
