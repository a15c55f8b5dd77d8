"""Event source mappings of DynamoDB streams.

The stock ones ignore batchItemFailures and bisecting, and try a batch that throws again for ever unless an age is set. Here a
failed batch is retried from its first failed record, split where that is asked for, and goes to the mapping's destination when
its attempts or its time are used up. The stock ones take turns, so that one whose batch fails holds up all others; here each
reads at a pace of its own.
@see https://docs.aws.amazon.com/lambda/latest/dg/services-ddb-batchfailurereporting.html
"""
import json
import threading
import time

from ministack.core.responses import request_scope
from ministack.services import dynamodb, lambda_svc

# AWS waits longer with every attempt; a test has less time.
BACKOFF_FIRST_SECONDS = 0.05
BACKOFF_LONGEST_SECONDS = 2

_positions, _positions_lock = lambda_svc._dynamodb_stream_positions, lambda_svc._dynamodb_stream_positions_lock


def _first_failure(mapping, records, result):
    """The index of the record to go on from; None when all were handled."""
    if result.get("error"):
        return 0
    if "ReportBatchItemFailures" not in (mapping.get("FunctionResponseTypes") or []):
        return None
    body = result.get("body")
    try:
        answer = json.loads(body) if isinstance(body, (str, bytes)) else body
        failed = {failure["itemIdentifier"] for failure in (answer or {}).get("batchItemFailures") or []}
    except (ValueError, KeyError, TypeError, AttributeError):
        return 0  # an answer that can't be read fails the whole batch
    numbers = [record["dynamodb"]["SequenceNumber"] for record in records]
    if failed - set(numbers):
        return 0
    return min((numbers.index(number) for number in failed), default=None)


def _given_up(mapping, oldest, tries):
    """Why a batch is given up; None when it is tried again."""
    retries, longest = int(mapping.get("MaximumRetryAttempts", -1)), int(mapping.get("MaximumRecordAgeInSeconds", -1))
    if 0 <= retries <= tries:
        return "RetryAttemptsExhausted"
    age = time.time() - float(oldest["dynamodb"]["ApproximateCreationDateTime"])
    return "MaximumRecordAgeExceeded" if 0 < longest < age else None


def _deliver(mapping, function, arn, batch):
    bisects = str(mapping.get("BisectBatchOnFunctionError")).lower() == "true"
    work = [(batch, 0)]
    while work and mapping["UUID"] in lambda_svc._esms:
        records, tries = work.pop(0)
        result = lambda_svc._execute_function(function, {"Records": records})
        if result.get("log"):
            lambda_svc.logger.info("ESM: %s\n%s", mapping["FunctionName"], result["log"])
        failed_at = _first_failure(mapping, records, result)
        if failed_at is None:
            continue
        rest = records[failed_at:]
        reason = _given_up(mapping, rest[0], tries)
        if reason:
            lambda_svc._send_ddb_stream_failure_record(mapping, function, rest, arn, result, reason)
        elif bisects and len(rest) > 1:
            half = len(rest) // 2
            work[:0] = [(rest[:half], tries + 1), (rest[half:], tries + 1)]
        else:
            work.insert(0, (rest, tries + 1))
            time.sleep(min(BACKOFF_FIRST_SECONDS * 2**tries, BACKOFF_LONGEST_SECONDS))


def _poll_mapping(mapping):
    """Whether there was anything new in the mapping's stream."""
    arn = mapping.get("EventSourceArn", "")
    if not mapping.get("Enabled", True) or ":dynamodb:" not in arn:
        return False
    table_name = arn.split("/")[1]
    function, _ = lambda_svc._get_func_record_for_qualifier(mapping["FunctionName"], mapping.get("Qualifier"))
    table = dynamodb._tables.get(table_name)
    if function is None or not table or table.get("LatestStreamArn") != arn:
        return False
    start, end = dynamodb.stream_start_position(table_name), dynamodb.stream_end_position(table_name)
    with _positions_lock:
        first = start if mapping.get("StartingPosition") == "TRIM_HORIZON" else end
        position = max(_positions.get(mapping["UUID"], first), start)
        _positions[mapping["UUID"]] = position
    records = dynamodb.stream_records_since(table_name, position, int(mapping.get("BatchSize", 100)))
    if not records:
        return False
    batch = lambda_svc._apply_filter_criteria(records, mapping)
    if batch:
        _deliver(mapping, function, arn, batch)
    with _positions_lock:
        _positions[mapping["UUID"]] = position + len(records)
    return True


_under_way, _under_way_lock = set(), threading.Lock()


def _work(account, region, mapping):
    try:
        with request_scope(account, region):
            while _poll_mapping(mapping):
                pass
    except Exception:
        lambda_svc.logger.exception("ESM: %s", mapping["FunctionArn"])
    finally:
        with _under_way_lock:
            _under_way.discard(mapping["UUID"])


def _poll():
    for account, region, mapping in lambda_svc._iter_all_esms():
        with _under_way_lock:
            if mapping["UUID"] in _under_way:
                continue
            _under_way.add(mapping["UUID"])
        threading.Thread(target=_work, args=(account, region, mapping), daemon=True).start()
    return False


lambda_svc._poll_dynamodb_streams = _poll
