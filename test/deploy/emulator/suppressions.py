"""SES's list of suppressed addresses knows no single address: to take one off it is answered as an unknown path.

Nobody is on the list of the emulator, so AWS's answer for any address is NotFoundException.
@see https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_DeleteSuppressedDestination.html
"""
from ministack.core.responses import json_response
from ministack.services import ses_v2

ADDRESS = "/v2/email/suppression/addresses/"

_stock = ses_v2.handle_request


async def _handle(method, path, headers, body, query_params):
    if path.startswith(ADDRESS) and method in ("GET", "DELETE"):
        status, headers, body = json_response({"message": "The address is not on the list."}, 404)
        return status, {**headers, "x-amzn-errortype": "NotFoundException"}, body
    return await _stock(method, path, headers, body, query_params)


ses_v2.handle_request = _handle
