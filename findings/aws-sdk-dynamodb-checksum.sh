#!/usr/bin/env bash
# One would guess: the AWS SDK for JavaScript checks DynamoDB's answers against the checksum that comes with each of them, x-amz-crc32, and asks
#   again where it is another; version 2 of it does (its option `dynamoDbCrc32`, on by default), and so do the SDKs for Java and Go.
# What happens: @aws-sdk/client-dynamodb, version 3, reads the answer and doesn't look at the checksum. An answer whose body is another than the
#   one that DynamoDB summed up is returned as if it were good, after one request.
# Who is hurt: whoever moved from version 2 to 3 and relies on the check, behind a proxy or a TLS inspection that changes bodies: wrong rows are
#   read, and written back, where version 2 failed with CRC32CheckFailed.
#
# Seen with aws-sdk 2.1692.0 and @aws-sdk/client-dynamodb 3.1162.0 (npm), Node 20.20 and 24.21, against a server that answers one item with
# the checksum of another body:
#   version 2: CRC32CheckFailed after 2 requests (1 repeat allowed)
#   version 3: the item, after 1 request
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
echo '{ "private": true }' > package.json
npm install --silent --no-audit --no-fund aws-sdk@2.1692.0 @aws-sdk/client-dynamodb@3.1162.0

cat > read.cjs <<'JS'
const { createServer } = require('node:http');

let requests = 0;
const server = createServer((request, response) => {
  request.resume().on('end', () => {
    requests += 1;
    response.writeHead(200, { 'content-type': 'application/x-amz-json-1.0', 'x-amz-crc32': '1' });
    response.end('{"Item":{"pk":{"S":"one row"}}}');
  });
});

const options = { region: 'eu-west-1', credentials: { accessKeyId: 'none', secretAccessKey: 'none' } };
const wanted = { TableName: 'rows', Key: { pk: { S: 'one row' } } };

const byVersion2 = (endpoint) => {
  const { DynamoDB } = require('aws-sdk');
  return new DynamoDB({ ...options, endpoint, maxRetries: 1 }).getItem(wanted).promise();
};
const byVersion3 = (endpoint) => {
  const { DynamoDBClient, GetItemCommand } = require('@aws-sdk/client-dynamodb');
  return new DynamoDBClient({ ...options, endpoint, maxAttempts: 2 }).send(new GetItemCommand(wanted));
};

server.listen(0, '127.0.0.1', async () => {
  const endpoint = `http://127.0.0.1:${server.address().port}`;
  const seen = [];
  for (const read of [byVersion2, byVersion3]) {
    requests = 0;
    const outcome = await read(endpoint).then(
      ({ Item }) => Item.pk.S,
      ({ code, name }) => code ?? name,
    );
    seen.push(`${outcome}, ${requests}`);
  }
  console.log(seen.join('; '));
  process.exit(0);
});
JS
seen=$(node read.cjs 2>/dev/null | tail -1)
echo "$seen"
[ "$seen" = 'CRC32CheckFailed, 2; one row, 1' ] || { echo 'it changed'; exit 1; }
