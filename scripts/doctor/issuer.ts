import * as z from 'zod/mini';
import { PATHS, publicUrlOf } from './api.ts';
import { OURS } from './browse.ts';
import type { Check, Examination } from './check.ts';
import { type Finding, fail, ok, warn } from './finding.ts';

/** An authorizer gives up then. @see API Gateway developer guide, "Quotas for HTTP APIs": timeout for JSON Web Key Set endpoint */
const AUTHORIZER_GIVES_UP_MS = 1500;

/** What a verifier reads of the documents. @see OpenID Connect Discovery 1.0 §3; RFC 7517 §5 */
const discovery = z.object({
  issuer: z.string(),
  jwks_uri: z.url(),
  id_token_signing_alg_values_supported: z.array(z.string()),
});
const keySet = z.object({
  keys: z
    .array(z.object({ kid: z.string(), kty: z.string(), alg: z.string(), n: z.string(), e: z.string() }))
    .check(z.minLength(1)),
});

/** @returns `null` where the text is not what the schema says */
const parsed = <Document>(schema: z.ZodMiniType<Document>, text: string): Document | null => {
  try {
    return schema.parse(JSON.parse(text));
  } catch {
    return null;
  }
};

const whatToDo = 'docs/operating.md, "Let other APIs trust the tokens".';

/** The first document, as the authorizer reads it. @returns the place of the keys, or what is wrong */
const readDiscovery = async (on: Examination, issuer: string): Promise<{ keysUrl: string } | Finding> => {
  const url = `${issuer}${PATHS.discovery}`;
  const { status, body } = await on.browse(url, OURS);
  const document = status === 200 ? parsed(discovery, body) : null;
  if (!document) return fail(`${url} answers ${status}, and no discovery document.`, 'docs/runbook.md, api-errors.');
  if (document.issuer !== issuer)
    return fail(
      `${url} names the issuer ${document.issuer}: a verifier refuses every token.`,
      'Deploy with the publicUrl that people use.',
    );
  if (!document.id_token_signing_alg_values_supported.includes('RS256'))
    return fail(`${url} does not offer RS256, and API Gateway's authorizer takes nothing else.`, whatToDo);
  return { keysUrl: document.jwks_uri };
};

/** What API Gateway's JWT authorizer, or another verifier, would make of the issuer. */
export const issuer: Check = {
  id: 'issuer',
  title: "A verifier's view of the issuer",
  asks: [],
  run: async (on) => {
    const read = await readDiscovery(on, await publicUrlOf(on));
    if ('status' in read) return read;
    const first = await on.browse(read.keysUrl, OURS);
    const keys = first.status === 200 ? parsed(keySet, first.body)?.keys : undefined;
    if (!keys) return fail(`${read.keysUrl} answers ${first.status}, and no keys.`, 'docs/runbook.md, api-errors.');
    if (
      keys.some(({ kty, alg }) => kty !== 'RSA' || alg !== 'RS256') ||
      new Set(keys.map(({ kid }) => kid)).size < keys.length
    )
      return fail('The published keys are not RS256, each with an id of its own.', whatToDo);
    if (!/max-age=[1-9]/.test(first.headers['cache-control'] ?? ''))
      return warn(
        'The keys may not be cached: each verifier asks for them often, and may meet a cold start.',
        'Deploy this release; a proxy in front must keep Cache-Control.',
      );
    if (first.tookMs <= AUTHORIZER_GIVES_UP_MS)
      return ok(`Issuer and ${keys.length} keys are right, and the keys came in ${first.tookMs} ms.`);
    const again = await on.browse(read.keysUrl, OURS);
    const sentence = `The keys came in ${first.tookMs} ms, then in ${again.tookMs} ms; API Gateway's authorizer gives up after ${AUTHORIZER_GIVES_UP_MS} ms.`;
    return again.tookMs <= AUTHORIZER_GIVES_UP_MS
      ? warn(sentence, 'Ask for the keys just before you create an authorizer, so that it meets no cold start.')
      : fail(sentence, 'Ask from a place near the region; if it is as slow from there: docs/runbook.md, flow-latency.');
  },
};
