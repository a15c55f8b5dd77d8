"""Events and answers of an HTTP API (payload format 2.0)."""
import os
import re
import time

from ministack.services import apigateway, lambda_svc

# The front door says here who called it; the emulator itself sees only the front door.
SOURCE_HEADER = "x-test-source-ip"

_run_reentrant = apigateway.run_reentrant


def _correct_event(event):
    """Cookies stay in the headers, absent path parameters are null, and every caller is 127.0.0.1."""
    headers, context = event["headers"], event["requestContext"]
    cookies = headers.pop("cookie", None)
    if cookies:
        event["cookies"] = [cookie.strip() for cookie in cookies.split(";")]
    if event.get("pathParameters") is None:
        event.pop("pathParameters", None)
    source = headers.pop(SOURCE_HEADER, None) or context["http"]["sourceIp"]
    context["http"]["sourceIp"] = source
    forwarded = headers.get("x-forwarded-for")
    headers.update({
        "x-forwarded-for": f"{forwarded}, {source}" if forwarded else source,
        "x-forwarded-proto": "https",
        "x-forwarded-port": "443",
        "x-amzn-trace-id": f"Root=1-{int(time.time()):x}-{os.urandom(12).hex()}",
    })
    context["domainPrefix"] = context["apiId"]


async def _run_with_correct_event(function, *args, **named):
    if named.get("thread_name") == "ministack-apigw-invoke" and len(args) > 1 and args[1].get("version") == "2.0":
        _correct_event(args[1])
    return await _run_reentrant(function, *args, **named)


apigateway.run_reentrant = _run_with_correct_event

_to_proxy_response = lambda_svc.lambda_execute_result_to_api_proxy_response
_INTERNAL_ERROR = {
    "statusCode": 500,
    "headers": {"Content-Type": "application/json"},
    "body": '{"message":"Internal Server Error"}',
}


def _to_response(result):
    """A function that throws is answered with 502 and its own error message, or not at all; AWS answers a bare 500."""
    if result.get("error"):
        return dict(_INTERNAL_ERROR), None
    response, extra = _to_proxy_response(result)
    has_status = re.fullmatch(r"[1-5]\d\d", str(response.get("statusCode")))
    if not has_status or not isinstance(response.get("body", ""), (str, type(None))):
        return dict(_INTERNAL_ERROR), None
    return {**response, "statusCode": int(response["statusCode"]), "body": response.get("body") or ""}, extra


lambda_svc.lambda_execute_result_to_api_proxy_response = _to_response
