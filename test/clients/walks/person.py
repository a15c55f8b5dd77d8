import os
import urllib.parse
import urllib.request

EMAIL = "reader@example.com"
PASSWORD = "correct horse battery"
NEW_PASSWORD = "a much better horse"
PHONE = "+43 660 1234567"


def phone(what, of):
    """What a person reads on the phone: the token of the newest mail, the code of the newest SMS, the code that an app shows."""
    with urllib.request.urlopen(f"{os.environ['PHONE_URL']}/{what}?of={urllib.parse.quote(of)}") as answer:
        return answer.read().decode()


def expect(what, is_so):
    if not is_so:
        raise AssertionError(f"it is not so that {what}")
