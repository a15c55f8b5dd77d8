"""DynamoDB tables as CloudFormation makes them, and the removal of rows that have expired."""
import os
import threading
import time

from ministack.core.responses import get_region, request_scope
from ministack.services import dynamodb
from ministack.services.cloudformation import provisioners

HANDLERS = provisioners._RESOURCE_HANDLERS
SWEEP_SECONDS = float(os.environ.get("TTL_SWEEP_SECONDS", "1"))
# AWS leaves rows alone whose time is more than five years ago.
OLDEST_SECONDS = 5 * 365 * 86400


def _apply_settings(name, props):
    """TTL, point-in-time recovery, encryption and deletion protection of a template are dropped."""
    replica = next((r for r in props.get("Replicas") or [] if r.get("Region") == get_region()), {})
    ttl = props.get("TimeToLiveSpecification")
    if ttl and ttl.get("AttributeName"):
        enabled = str(ttl.get("Enabled")).lower() == "true"
        dynamodb._update_ttl({"TableName": name, "TimeToLiveSpecification": {**ttl, "Enabled": enabled}})
    recovery = replica.get("PointInTimeRecoverySpecification") or props.get("PointInTimeRecoverySpecification")
    if recovery:
        dynamodb._update_continuous_backups({"TableName": name, "PointInTimeRecoverySpecification": recovery})
    table = dynamodb._tables[name]
    encryption = props.get("SSESpecification")
    if encryption:
        spec = {**encryption, "Enabled": encryption.get("SSEEnabled", True), **(replica.get("SSESpecification") or {})}
        table["SSEDescription"] = dynamodb._sse_description_from_spec(spec)
    if "DeletionProtectionEnabled" in replica:
        table["DeletionProtectionEnabled"] = replica["DeletionProtectionEnabled"]


def _correct(resource_type):
    stock = dict(HANDLERS[resource_type])

    def create(logical_id, props, stack):
        name, attributes = stock["create"](logical_id, props, stack)
        _apply_settings(name, props)
        return name, attributes

    def update(physical_id, old, new, stack, *more, **named):
        name, attributes = stock["update"](physical_id, old, new, stack, *more, **named)
        _apply_settings(name, new)
        return name, attributes

    def delete(physical_id, props):
        if str((dynamodb._tables.get(physical_id) or {}).get("DeletionProtectionEnabled")).lower() == "true":
            raise ValueError(f"Resource cannot be deleted as it is currently protected against deletion: {physical_id}")
        return stock["delete"](physical_id, props)

    HANDLERS[resource_type].update(create=create, update=update, delete=delete)


for _type in ("AWS::DynamoDB::Table", "AWS::DynamoDB::GlobalTable"):
    _correct(_type)


def _is_due(item, attribute, now):
    try:
        return now - OLDEST_SECONDS < float((item.get(attribute) or {})["N"]) <= now
    except (KeyError, ValueError, TypeError):
        return False


def _remove_as_service(name, table, partition, sort):
    """The stream's record says that the service removed the row, and not a caller."""
    old = dynamodb._remove_item(table, partition, sort)
    before = len(dynamodb._stream_records.get(name) or [])
    dynamodb._emit_stream_event(name, "REMOVE", old, None)
    for record in (dynamodb._stream_records.get(name) or [])[before:]:
        record["userIdentity"] = {"type": "Service", "principalId": "dynamodb.amazonaws.com"}


def _sweep():
    now = time.time()
    for (account, region, name), setting in list(dynamodb._ttl_settings.all_items()):
        table = dynamodb._tables.get_scoped(account, region, name)
        if setting.get("TimeToLiveStatus") != "ENABLED" or not table:
            continue
        with request_scope(account, region), dynamodb._lock:
            due = [
                (partition, sort)
                for partition, items in table["items"].items()
                for sort, item in items.items()
                if _is_due(item, setting["AttributeName"], now)
            ]
            for partition, sort in due:
                _remove_as_service(name, table, partition, sort)


def _sweep_for_ever():
    while True:
        time.sleep(SWEEP_SECONDS)
        try:
            _sweep()
        except Exception:
            dynamodb.logger.exception("the sweep of expired rows failed")


threading.Thread(target=_sweep_for_ever, daemon=True).start()
