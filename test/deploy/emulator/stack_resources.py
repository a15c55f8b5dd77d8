"""Resources of a stack, as CloudFormation makes and deletes them."""
import hashlib
import json

from ministack.core import lambda_runtime
from ministack.services import apigateway, lambda_svc, secretsmanager
from ministack.services.cloudformation import provisioners

HANDLERS = provisioners._RESOURCE_HANDLERS

# Ref of a Secret is its ARN. Here it is its name, so that no policy made of it matches. A Secret that names neither a
# value nor how to make one has no version; here it has an empty one.
_secret = dict(HANDLERS["AWS::SecretsManager::Secret"])


def _secret_name(physical_id):
    name, _ = secretsmanager._resolve(physical_id)
    return name or physical_id


def _create_secret(logical_id, props, stack):
    name, attributes = _secret["create"](logical_id, props, stack)
    if "SecretString" not in props and "GenerateSecretString" not in props:
        secretsmanager._secrets[name]["Versions"].clear()
    return attributes["Arn"], attributes


def _update_secret(physical_id, old, new, stack, logical_id=None):
    _, attributes = _secret["update"](_secret_name(physical_id), old, new, stack, logical_id)
    return attributes["Arn"], attributes


HANDLERS["AWS::SecretsManager::Secret"].update(
    create=_create_secret,
    update=_update_secret,
    delete=lambda physical_id, props: _secret["delete"](_secret_name(physical_id), props),
)


# The resource policy of a Secret is not known.
def _put_secret_policy(props):
    secretsmanager._put_resource_policy(
        {"SecretId": props["SecretId"], "ResourcePolicy": json.dumps(props["ResourcePolicy"])}
    )


def _create_secret_policy(logical_id, props, stack):
    _put_secret_policy(props)
    return props["SecretId"], {}


def _update_secret_policy(physical_id, old, new, stack, logical_id=None):
    _put_secret_policy(new)
    return physical_id, {}


HANDLERS["AWS::SecretsManager::ResourcePolicy"] = {
    "create": _create_secret_policy,
    "update": _update_secret_policy,
    "delete": lambda physical_id, props: secretsmanager._delete_resource_policy({"SecretId": physical_id}),
}

# The CORS settings of an HTTP API are kept in capitals and never found: every preflight is refused.
_api = dict(HANDLERS["AWS::ApiGatewayV2::Api"])


def _with_cors(props):
    cors = props.get("CorsConfiguration")
    if not isinstance(cors, dict):
        return props
    return {**props, "CorsConfiguration": {name[0].lower() + name[1:]: value for name, value in cors.items()}}


HANDLERS["AWS::ApiGatewayV2::Api"].update(
    create=lambda logical_id, props, stack: _api["create"](logical_id, _with_cors(props), stack),
    update=lambda physical_id, old, new, stack, logical_id=None: _api["update"](
        physical_id, old, _with_cors(new), stack, logical_id
    ),
)

_answer_preflight = apigateway._cors_preflight_response


def _cors_preflight(cors, origin):
    """AWS answers an origin that is not allowed with 204 and no CORS headers, not with 403."""
    status, headers, body = _answer_preflight(cors, origin)
    return (204, {"Content-Length": "0"}, b"") if status == 403 and cors else (status, headers, body)


apigateway._cors_preflight_response = _cors_preflight

# The warm processes of a deleted function stay until the emulator ends.
_function = dict(HANDLERS["AWS::Lambda::Function"])


def _delete_function(physical_id, props):
    outcome = _function["delete"](physical_id, props)
    lambda_runtime.invalidate_worker(physical_id)
    return outcome


HANDLERS["AWS::Lambda::Function"]["delete"] = _delete_function

# A second mapping of a stream to a function is made. AWS refuses it, unless it is to another name of that function.
_mapping = dict(HANDLERS["AWS::Lambda::EventSourceMapping"])


def _create_mapping(logical_id, props, stack):
    function = provisioners._lambda_function_for_cfn_ref(props.get("FunctionName", ""))[2]
    for mapping in lambda_svc._esms.values():
        if (mapping["EventSourceArn"], mapping["FunctionArn"]) == (props.get("EventSourceArn"), function):
            raise ValueError(f"the event source arn and function provided mapping already exists: {mapping['UUID']}")
    return _mapping["create"](logical_id, props, stack)


HANDLERS["AWS::Lambda::EventSourceMapping"]["create"] = _create_mapping

# The DNS records of an identity's DKIM keys are no attributes of it.
_identity = dict(HANDLERS["AWS::SES::EmailIdentity"])
DKIM_KEYS = 3


def _with_dkim_records(physical_id, attributes):
    for number in range(1, DKIM_KEYS + 1):
        token = hashlib.sha256(f"{physical_id} {number}".encode()).hexdigest()[:32]
        attributes[f"DkimDNSTokenName{number}"] = f"{token}._domainkey.{physical_id}"
        attributes[f"DkimDNSTokenValue{number}"] = f"{token}.dkim.amazonses.com"
    return physical_id, attributes


HANDLERS["AWS::SES::EmailIdentity"].update(
    create=lambda logical_id, props, stack: _with_dkim_records(*_identity["create"](logical_id, props, stack)),
    update=lambda physical_id, old, new, stack, logical_id=None: _with_dkim_records(
        *_identity["update"](physical_id, old, new, stack, logical_id)
    ),
)

# An alarm on several metrics (metric math) is refused. It is kept here with the first of its metrics: alarms never ring in
# this emulator, for it measures nothing.
_alarm_record = provisioners._cw_metric_alarm_record


def _alarm_of_metrics(name, props):
    stats = [query["MetricStat"] for query in props.get("Metrics") or [] if query.get("MetricStat")]
    if not stats:
        return _alarm_record(name, props)
    metric = stats[0]["Metric"]
    first = {"MetricName": metric["MetricName"], "Namespace": metric["Namespace"], "Statistic": stats[0]["Stat"]}
    return {**_alarm_record(name, {**props, **first, "Metrics": None}), "Metrics": props["Metrics"]}


provisioners._cw_metric_alarm_record = _alarm_of_metrics
