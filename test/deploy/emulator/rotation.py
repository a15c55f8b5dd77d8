"""Rotation of secrets by a function.

RotateSecret is a stub that copies the value, and CloudFormation has no RotationSchedule. As AWS documents it: a version labelled
AWSPENDING is made, without a value, and the function is called for the four steps, in the background.
@see https://docs.aws.amazon.com/secretsmanager/latest/userguide/rotate-secrets_lambda-functions.html
@see https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_RotateSecret.html
"""
import threading
import time

from ministack.core.responses import error_response_json, get_account_id, get_region, json_response, new_uuid, request_scope
from ministack.services import lambda_svc, secretsmanager
from ministack.services.cloudformation import provisioners

STEPS = ("createSecret", "setSecret", "testSecret", "finishSecret")

_get_secret_value = secretsmanager._get_secret_value


def _get_value(data):
    """A version that has no value yet is as good as none; the stock answer is a success without a value."""
    answer = _get_secret_value(data)
    if answer[0] != 200 or b'"SecretString"' in answer[2] or b'"SecretBinary"' in answer[2]:
        return answer
    return error_response_json("ResourceNotFoundException", "Secrets Manager can't find the specified secret value.", 400)


secretsmanager._get_secret_value = _get_value


def _run_steps(secret, token, account, region):
    with request_scope(account, region):
        function, _, _ = lambda_svc._get_func_record_for_ref(secret["RotationLambdaARN"])
        for step in STEPS:
            event = {"Step": step, "SecretId": secret["ARN"], "ClientRequestToken": token}
            result = lambda_svc._execute_function(function, event)
            if result.get("error"):
                secretsmanager.logger.error("rotation of %s failed at %s: %s", secret["Name"], step, result)
                return


def _start(secret, token):
    for version_id, version in list(secret["Versions"].items()):
        version["Stages"] = [stage for stage in version["Stages"] if stage != "AWSPENDING"]
        if not version["Stages"]:
            del secret["Versions"][version_id]
    version = {"SecretString": None, "SecretBinary": None, "CreatedDate": int(time.time()), "Stages": ["AWSPENDING"]}
    secret["Versions"].setdefault(token, version)
    scope = (get_account_id(), get_region())
    threading.Thread(target=_run_steps, args=(secret, token, *scope), daemon=True).start()


def _is_rotating(secret):
    return any(
        "AWSPENDING" in version["Stages"] and "AWSCURRENT" not in version["Stages"]
        for version in secret["Versions"].values()
    )


def _set_schedule(secret, function_arn, rules):
    secret.update(RotationEnabled=True)
    if function_arn:
        secret.update(RotationLambdaARN=function_arn)
    if rules:
        secret.update(RotationRules=rules)


def _rotate_secret(data):
    _, secret = secretsmanager._resolve(data.get("SecretId"))
    if not secret or secret.get("DeletedDate"):
        return error_response_json("ResourceNotFoundException", "Secrets Manager can't find the specified secret.", 400)
    if _is_rotating(secret):
        message = "A previous rotation isn't complete. That rotation will be reattempted."
        return error_response_json("InvalidRequestException", message, 400)
    _set_schedule(secret, data.get("RotationLambdaARN"), data.get("RotationRules"))
    if not secret.get("RotationLambdaARN"):
        return error_response_json("InvalidRequestException", "No Lambda rotation function ARN is associated.", 400)
    token = data.get("ClientRequestToken") or new_uuid()
    if data.get("RotateImmediately", True):
        _start(secret, token)
    return json_response({"ARN": secret["ARN"], "Name": secret["Name"], "VersionId": token})


secretsmanager._rotate_secret = _rotate_secret


def _apply_schedule(props):
    _, secret = secretsmanager._resolve(props["SecretId"])
    _set_schedule(secret, props.get("RotationLambdaARN"), props.get("RotationRules"))
    if str(props.get("RotateImmediatelyOnUpdate", True)).lower() == "true" and not _is_rotating(secret):
        _start(secret, new_uuid())
    return props["SecretId"], {}


def _cancel(physical_id, props):
    _, secret = secretsmanager._resolve(physical_id)
    if secret:
        secret.update(RotationEnabled=False)


provisioners._RESOURCE_HANDLERS["AWS::SecretsManager::RotationSchedule"] = {
    "create": lambda logical_id, props, stack: _apply_schedule(props),
    "update": lambda physical_id, old, new, stack, logical_id=None: _apply_schedule(new),
    "delete": _cancel,
}
