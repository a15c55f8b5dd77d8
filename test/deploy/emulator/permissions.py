"""What IAM is told of a request: the resource it is for, and the condition keys."""
import json
import re

from ministack.core import iam_actions, iam_evaluator
from ministack.services import dynamodb, ses, ses_v2

import uses

# What a request to SES names, on its way from _context to _enforce.
CONFIGURATION_SET = "configuration set"

_stock_resource_arn = iam_actions.extract_resource_arn
_stock_tag_context = iam_actions.request_tag_context
_stock_dynamodb_context = iam_actions.dynamodb_service_context
_stock_transaction_checks = iam_actions.dynamodb_transaction_checks
_stock_enforce = iam_evaluator.enforce


def _sender(params):
    found = re.search(r"[^\s<>]+@[^\s<>]+", iam_actions._query_param(params, "Source") or "")
    return found.group(0) if found else ""


def _identity_of(address):
    """The identity that an address belongs to: itself if it is one, or its domain; None where neither is."""
    known = {*ses._identities.keys(), *ses_v2._identities.keys()}
    return next((name for name in (address, address.split("@")[-1]) if name in known), None)


def _resource_arn(service, method, path, headers, body, params, region, account):
    """A send through SES is checked on "*"; AWS checks it on the identity of the sender."""
    sender = _sender(params) if service == "ses" and not path.startswith("/v2/") else ""
    if not sender:
        return _stock_resource_arn(service, method, path, headers, body, params, region, account)
    return f"arn:aws:ses:{region}:{account}:identity/{_identity_of(sender) or sender.split('@')[1]}"


iam_actions.extract_resource_arn = _resource_arn


def _context(service, action, body, params):
    """ses:FromAddress and ses:Recipients are not set. The configuration set is for _enforce."""
    context = _stock_tag_context(service, action, body, params)
    if service == "ses" and _sender(params):
        context["ses:FromAddress"] = _sender(params)
        context[CONFIGURATION_SET] = iam_actions._query_param(params, "ConfigurationSetName")
        recipients = [iam_actions._query_param(params, name) for name in params if name.startswith("Destination.")]
        if recipients:
            context["ses:Recipients"] = recipients
    return context


iam_actions.request_tag_context = _context


class _ItemArn(str):
    """The table that one item of a transaction is in, and the item's partition key."""

    leading_keys = ()


def _partition_key_of(table, index_name):
    indexes = (table.get("GlobalSecondaryIndexes") or []) + (table.get("LocalSecondaryIndexes") or [])
    for index in indexes:
        if index.get("IndexName") == index_name:
            return next((key["AttributeName"] for key in index["KeySchema"] if key["KeyType"] == "HASH"), None)
    return table.get("pk_name")


def _leading_keys_of(operation):
    table = dynamodb._tables.get(str(operation.get("TableName", "")).split("/")[-1]) or {}
    partition_key = _partition_key_of(table, operation.get("IndexName"))
    values = [(operation.get(member) or {}).get(partition_key) for member in ("Key", "Item")]
    names, bound = operation.get("ExpressionAttributeNames") or {}, operation.get("ExpressionAttributeValues") or {}
    for name, reference in re.findall(r"([#\w.]+)\s*=\s*(:\w+)", operation.get("KeyConditionExpression") or ""):
        if names.get(name, name) == partition_key:
            values.append(bound.get(reference))
    return [str(next(iter(value.values()))) for value in values if isinstance(value, dict) and value]


def _operations_of_batch(table, requests):
    if isinstance(requests, dict):
        return [{"TableName": table, "Key": key} for key in requests.get("Keys", [])]
    return [{**operation, "TableName": table} for entry in requests for operation in entry.values()]


def _leading_keys_by_table(body):
    keys = {}
    try:
        request = json.loads(body or b"{}")
        batches = (request.get("RequestItems") or {}).items()
        for operation in [request, *(operation for batch in batches for operation in _operations_of_batch(*batch))]:
            keys.setdefault(str(operation.get("TableName")).split("/")[-1], []).extend(_leading_keys_of(operation))
    except (ValueError, AttributeError, TypeError):
        return {}
    return keys


def _dynamodb_context(body):
    """dynamodb:LeadingKeys is not set. It is here by table; _enforce picks those of the table that is asked about."""
    return {**_stock_dynamodb_context(body), "dynamodb:LeadingKeys": _leading_keys_by_table(body)}


iam_actions.dynamodb_service_context = _dynamodb_context


def _transaction_checks(iam_action, body, region, account):
    """Each item of a transaction is checked with its own key."""
    checks = _stock_transaction_checks(iam_action, body, region, account)
    if not checks:
        return checks
    operations = [operation for item in json.loads(body)["TransactItems"] for operation in item.values()]
    keyed = []
    for (action, arn), operation in zip(checks, operations, strict=True):
        item_arn = _ItemArn(arn)
        item_arn.leading_keys = _leading_keys_of(operation)
        keyed.append((action, item_arn))
    return keyed


iam_actions.dynamodb_transaction_checks = _transaction_checks


def _enforce(access_key, action, service, region, resource_arn="*", service_context=None, **more):
    """
    A send is checked on the sender's identity alone; AWS checks it on the configuration set that it names, too, and in the
    sandbox on the identities of the recipients. Here on those that are there: in the sandbox each has to be.
    """
    context = dict(service_context or {})
    beside = []
    configuration_set = context.pop(CONFIGURATION_SET, None)
    if configuration_set:
        beside.append(f"configuration-set/{configuration_set}")
    if service == "ses":
        identities = map(_identity_of, context.get("ses:Recipients", []))
        beside.extend(f"identity/{identity}" for identity in identities if identity)
    for resource in beside:
        arn = f"{str(resource_arn).split(':identity/')[0]}:{resource}"
        denied = _stock_enforce(access_key, action, service, region, resource_arn=arn, service_context=context)
        if denied:
            return denied
    by_table = context.pop("dynamodb:LeadingKeys", {})
    if isinstance(resource_arn, _ItemArn):
        keys = resource_arn.leading_keys
    else:
        keys = by_table.get(next(iter(str(resource_arn).split("/")[1:2]), ""), [])
    if keys:
        context["dynamodb:LeadingKeys"] = keys
    denied = _stock_enforce(access_key, action, service, region, resource_arn=resource_arn, service_context=context, **more)
    if denied is None:
        uses.note(access_key, action, resource_arn, keys)
    return denied


iam_evaluator.enforce = _enforce
