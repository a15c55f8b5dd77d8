import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { verifySignedRequest } from '../../shared/callers/verify-signature.ts';
import { loadEvent } from '../support/load-event.ts';

const SECRET = 'the-secret-of-the-back-end-of-the-shop-0123456789';

const manual = readFileSync(new URL('../../docs/operating.md', import.meta.url), 'utf8');
const example = /## Trusted callers\n[\s\S]*?```js\n([\s\S]*?)```/.exec(manual)?.[1] ?? '';

describe('the example that the manual has for back ends', () => {
  it('signs what the service takes', async () => {
    const { body = '', headers, requestContext, rawPath } = loadEvent('sign-up/json');
    const asked = ['198.51.100.7', { method: 'POST', path: rawPath, body }, { keyId: 'web/1', secret: SECRET }];
    const folder = mkdtempSync(join(tmpdir(), 'keyturn-example-'));
    const file = join(folder, 'example.mjs');
    writeFileSync(file, `${example}\nconsole.log(JSON.stringify(signedFor(...${JSON.stringify(asked)})));\n`);
    const signed = JSON.parse(execFileSync(process.execPath, [file], { encoding: 'utf8' })) as Record<string, string>;
    rmSync(folder, { recursive: true });

    const request = {
      method: requestContext.http.method,
      targetUri: `https://auth.bookshelf.example${rawPath}`,
      hasQuery: false,
      headers: { ...headers, ...signed },
      hasBody: true,
      body: () => Buffer.from(body),
    };
    const keyOf = async (keyId: string) => (keyId === 'web/1' ? SECRET : null);
    const created = Number(/created=(\d+)/.exec(signed['signature-input'] ?? '')?.[1]);

    expect(await verifySignedRequest(request, { keyOf, nowSeconds: created })).toEqual({ keyId: 'web/1' });
    expect(signed['keyturn-client-address']).toBe('198.51.100.7');
  });
});
