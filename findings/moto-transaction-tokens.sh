#!/usr/bin/env bash
# One would guess: a test against moto shows whether a transaction of DynamoDB may be sent twice. TransactWriteItems takes a ClientRequestToken,
#   and by DynamoDB's API reference calls with the same token have the effect of one for ten minutes; the same token with another request is
#   refused, with IdempotentParameterMismatchException. moto takes the field and the error is in the model that it serves.
# What happens: moto 5.2.5 doesn't look at the token. Each repeat is carried out again, an ADD adds again, and another request with the
#   token of an earlier one is carried out too. dynoxide 1.2.1, an embedded DynamoDB, does as the reference says. (No report of moto was
#   found; the like was reported of another emulator as floci-io/floci#799.)
# Who is hurt: whoever tests retries there. Code that sends a token, and is right, counts twice in the test, and is "mended" until it isn't; code
#   that makes a new token for each retry, which counts twice on AWS, looks the same as the right one. So does a token that two different
#   transactions share by mistake: green in the test, an error for ten minutes in service.
#
# Seen with moto 5.2.5 and boto3 1.44.8 (PyPI), @dynoxide/linux-x64 1.2.1 (npm), Python 3.11, Linux on x86-64:
#   ADD n 1, three times with one token              moto: 3                  dynoxide: 1
#   another request with the same token              moto: carried out        dynoxide: IdempotentParameterMismatchException
#   ADD n 1, three times with three tokens           moto: 3                  dynoxide: 3
#
# Needs python3 with venv, and npm. Exits with 1 when any of this is no longer so.
set -euo pipefail
work=$(mktemp -d)
database=
trap '[ -z "$database" ] || kill "$database" 2>/dev/null || true; rm -rf "$work"' EXIT
cd "$work"

python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check 'moto[dynamodb]==5.2.5' boto3==1.44.8
echo '{"private":true}' > package.json
npm install --silent --no-audit --no-fund --save-exact @dynoxide/linux-x64@1.2.1
port=$(venv/bin/python -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
node_modules/@dynoxide/linux-x64/dynoxide serve --port "$port" >/dev/null 2>&1 &
database=$!

cat > probe.py <<'PY'
import sys
import boto3
from botocore.config import Config
from moto import mock_aws

def client(**where):
    made_up = {'aws_access_key_id': 'any', 'aws_secret_access_key': 'any', 'region_name': 'eu-west-1'}
    # The first call may come before the database listens.
    return boto3.client('dynamodb', config=Config(retries={'max_attempts': 10}), **made_up, **where)

def add_one(key):
    return [{'Update': {
        'TableName': 'counts', 'Key': {'pk': {'S': key}}, 'UpdateExpression': 'ADD n :one',
        'ExpressionAttributeValues': {':one': {'N': '1'}},
    }}]

def told(dynamodb, key, tokens):
    for token in tokens:
        dynamodb.transact_write_items(TransactItems=add_one(key), ClientRequestToken=token)
    return dynamodb.get_item(TableName='counts', Key={'pk': {'S': key}}, ConsistentRead=True)['Item']['n']['N']

def seen_by(dynamodb):
    dynamodb.create_table(
        TableName='counts', BillingMode='PAY_PER_REQUEST',
        AttributeDefinitions=[{'AttributeName': 'pk', 'AttributeType': 'S'}],
        KeySchema=[{'AttributeName': 'pk', 'KeyType': 'HASH'}],
    )
    same = told(dynamodb, 'same', ['token-of-one'] * 3)
    try:
        dynamodb.transact_write_items(TransactItems=add_one('another'), ClientRequestToken='token-of-one')
        another = 'carried out'
    except dynamodb.exceptions.IdempotentParameterMismatchException as error:
        another = type(error).__name__
    return [same, another, told(dynamodb, 'each', ['token-1', 'token-2', 'token-3'])]

with mock_aws():
    moto = seen_by(client())
dynoxide = seen_by(client(endpoint_url=f'http://127.0.0.1:{sys.argv[1]}'))
print(f'one token three times, the token with another request, three tokens\nmoto: {moto}\ndynoxide: {dynoxide}')
as_described = moto == ['3', 'carried out', '3'] and dynoxide == ['1', 'IdempotentParameterMismatchException', '3']
print('as described' if as_described else 'no longer so')
sys.exit(0 if as_described else 1)
PY
venv/bin/python probe.py "$port"
