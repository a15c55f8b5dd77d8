#!/usr/bin/env bash
# One would guess: an embedded DynamoDB evaluates every action of an update against the item as it was before, as AWS documents ("Using
#   update expressions", note on multiple actions), so REMOVE l[0], l[1] takes the first two elements; and a SET beyond a list's end
#   appends there (same page, SET: the new element goes to the end of the list).
# What happens in dynoxide 1.2.1: list indexes of one expression are applied one after another, each to the list that the one before
#   left. REMOVE l[0], l[1] of [a,b,c,d,e] answers success and leaves [b,d,e]; in the order l[1], l[0] it leaves [c,d,e]. SET l[9] pads the
#   list with NULLs up to the index. Actions on whole attributes (SET a = b, b = a) are evaluated against the item of before, rightly.
# Who is hurt: whoever tests list updates against it: the wrong element goes without an error, and tests are written to a result that
#   DynamoDB doesn't give. Attributes of a map, or a set, in place of a list are free of it.
#
# Seen with @dynoxide/linux-x64 1.2.1 and @aws-sdk/client-dynamodb 3.1162.0, Node 20.20 and 24.21, x86-64 Linux:
#   REMOVE l[0], l[1]      b d e                            AWS: c d e
#   REMOVE l[1], l[0]      c d e
#   SET l[9] = z           a b c d e NULL NULL NULL NULL z  AWS: a b c d e z
#   SET a = b, b = a       swapped, as documented
#
# Needs Node 20 or newer with npm on x86-64 Linux. Exits with 1 when any of this is no longer so.
set -euo pipefail
work=$(mktemp -d)
database=
trap '[ -z "$database" ] || kill "$database" 2>/dev/null || true; rm -rf "$work"' EXIT
cd "$work"

echo '{"private":true,"type":"module"}' > package.json
npm install --silent --no-audit --no-fund --save-exact @dynoxide/linux-x64@1.2.1 @aws-sdk/client-dynamodb@3.1162.0
port=$(node -p 'const s = require("node:net").createServer().listen(0, "127.0.0.1", () => { console.log(s.address().port); s.close(); }); ""' | grep .)
node_modules/@dynoxide/linux-x64/dynoxide serve --port "$port" >/dev/null 2>&1 &
database=$!

cat > probe.js <<'JS'
import { CreateTableCommand, DynamoDBClient, PutItemCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';

const client = new DynamoDBClient({
  endpoint: process.argv[2],
  region: 'eu-west-1',
  credentials: { accessKeyId: 'any', secretAccessKey: 'any' },
  maxAttempts: 10, // it is starting
});
const TableName = 'lists';
await client.send(
  new CreateTableCommand({
    TableName,
    BillingMode: 'PAY_PER_REQUEST',
    AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
    KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
  }),
);
const Key = { pk: { S: 'one' } };
const letters = [...'abcde'].map((S) => ({ S }));
const textOf = ({ S, N }) => S ?? N ?? 'NULL';

const after = async (UpdateExpression, ExpressionAttributeValues) => {
  await client.send(new PutItemCommand({ TableName, Item: { ...Key, l: { L: letters }, a: { N: '1' }, b: { N: '2' } } }));
  const update = { TableName, Key, UpdateExpression, ExpressionAttributeValues, ReturnValues: 'ALL_NEW' };
  const { Attributes } = await client.send(new UpdateItemCommand(update));
  return { list: Attributes.l.L.map(textOf).join(' '), swapped: `${Attributes.a.N} ${Attributes.b.N}` };
};

const seen = {
  'REMOVE l[0], l[1]': (await after('REMOVE l[0], l[1]')).list,
  'REMOVE l[1], l[0]': (await after('REMOVE l[1], l[0]')).list,
  'SET l[9] = z': (await after('SET l[9] = :z', { ':z': { S: 'z' } })).list,
  'SET a = b, b = a': (await after('SET a = b, b = a')).swapped,
};
const expected = {
  'REMOVE l[0], l[1]': 'b d e',
  'REMOVE l[1], l[0]': 'c d e',
  'SET l[9] = z': 'a b c d e NULL NULL NULL NULL z',
  'SET a = b, b = a': '2 1',
};
for (const [name, value] of Object.entries(seen)) console.log(`${name}: ${value}`);
const changed = Object.keys(expected).filter((name) => seen[name] !== expected[name]);
console.log(changed.length === 0 ? 'as described' : `no longer so: ${changed.join(', ')}`);
process.exit(changed.length === 0 ? 0 : 1);
JS
node probe.js "http://127.0.0.1:$port" 2>/dev/null
