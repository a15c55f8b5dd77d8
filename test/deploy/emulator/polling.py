"""What the poller of an event source mapping may do.

The stock one reads every stream, whatever the function's role may do. AWS's poller takes the role, and says of a mapping whose
role may not read the stream that there is a problem.
@see https://docs.aws.amazon.com/lambda/latest/dg/services-dynamodb-eventsourcemapping.html
"""
from ministack.core import iam_evaluator, lambda_runtime
from ministack.core.responses import get_region
from ministack.services import lambda_svc

import event_source

READING = ("dynamodb:DescribeStream", "dynamodb:GetShardIterator", "dynamodb:GetRecords")
UNKNOWN = "No records processed"
DENIED = "PROBLEM: the execution role may not read the stream."

_poll_mapping = event_source._poll_mapping
_update_mapping = lambda_svc._update_esm


def _may_read(config, stream_arn):
    access_key = lambda_runtime.execution_credentials(config)["AWS_ACCESS_KEY_ID"]
    return all(
        iam_evaluator.enforce(access_key, action, "dynamodb", get_region(), resource_arn=stream_arn) is None
        for action in READING
    )


def _poll_as_role(mapping):
    arn = mapping.get("EventSourceArn", "")
    _, config = lambda_svc._get_func_record_for_qualifier(mapping["FunctionName"], mapping.get("Qualifier"))
    if config is None or not mapping.get("Enabled", True) or ":dynamodb:" not in arn:
        return False
    is_allowed = _may_read(config, arn)
    mapping["LastProcessingResult"] = "OK" if is_allowed else DENIED
    return is_allowed and _poll_mapping(mapping)


event_source._poll_mapping = _poll_as_role


def _update(mapping_id, changes):
    """What was found before a change says nothing of what comes after it."""
    mapping = lambda_svc._esms.get(mapping_id)
    if mapping:
        mapping["LastProcessingResult"] = UNKNOWN
    return _update_mapping(mapping_id, changes)


lambda_svc._update_esm = _update
