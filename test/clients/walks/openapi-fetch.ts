import createClient from 'openapi-fetch';
import type { components, paths } from './client.ts';
import { EMAIL, expectThat, NEW_PASSWORD, PASSWORD, PHONE, phone } from './person.ts';

let token: string | undefined;
const client = createClient<paths>({ baseUrl: process.env.BASE_URL ?? '' });
client.use({
  onRequest: ({ request }) => {
    if (token !== undefined) request.headers.set('authorization', `Bearer ${token}`);
    return request;
  },
});

/** The answer of a call that succeeds. */
const good = <Data>({ data, error }: { data?: Data; error?: components['schemas']['Problem'] | unknown }): Data => {
  if (data === undefined) throw new Error(`refused: ${JSON.stringify(error)}`);
  return data;
};

good(await client.POST('/accounts', { body: { email: EMAIL, locale: 'de_AT' } }));
const signUpToken = await phone('token', EMAIL);
const begun = good(await client.POST('/accounts/complete', { body: { token: signUpToken, password: PASSWORD } }));
expectThat('a session begins', begun.access_token.length > 0);

good(await client.POST('/account/recovery', { body: { email: EMAIL } }));
const recovery = await phone('token', EMAIL);
expectThat('the token is good', good(await client.POST('/reset', { body: { reset_token: recovery } })).valid);
good(await client.POST('/account/reset-password', { body: { token: recovery, new_password: NEW_PASSWORD } }));

const wrong = await client.POST('/sessions', { body: { email: EMAIL, password: PASSWORD } });
expectThat(
  'the old password is wrong',
  wrong.error !== undefined && 'code' in wrong.error && wrong.error.code === 'invalid-credentials',
);
token = good(await client.POST('/sessions', { body: { email: EMAIL, password: NEW_PASSWORD } })).access_token;

const { secret } = good(await client.POST('/two-factor/totp'));
const confirmed = good(await client.POST('/two-factor/totp/confirm', { body: { code: await phone('totp', secret) } }));
expectThat('recovery codes are shown', confirmed.recovery_codes?.length === 10);

token = undefined;
const asked = good(await client.POST('/sessions', { body: { email: EMAIL, password: NEW_PASSWORD } }));
expectThat('a second factor is asked for', asked.second_factor_required === true);
token = asked.challenge_token;
const proven = good(await client.POST('/verification/verify', { body: { code: await phone('totp', secret) } }));
expectThat('the sign-in is complete', proven.proves === 'sign-in');
token = proven.access_token;
const path = { user_id: proven.account_id ?? '' };

const read = await client.GET('/profile/{user_id}', { params: { path } });
const written = good(
  await client.PUT('/profile/{user_id}', {
    params: { path, header: { 'If-Match': read.response.headers.get('etag') ?? '' } },
    body: { ...good(read), name: 'Ada', address: { country: 'AT' }, metadata: { theme: 'dark' } },
  }),
);
expectThat('the profile is written', written.name === 'Ada' && written.email === EMAIL);
const merged = good(await client.PATCH('/profile/{user_id}', { params: { path }, body: { nickname: 'A' } }));
expectThat('a patch leaves the rest', merged.name === 'Ada' && merged.nickname === 'A');

const { verification_id } = good(await client.POST('/verification', { body: { phone_number: PHONE } }));
const code = await phone('code', PHONE);
const added = good(await client.POST('/verification/verify', { body: { code, verification_id } }));
expectThat('the number is a factor', added.proves === 'factor');
token = added.session?.access_token ?? token;
const { factors } = good(await client.GET('/two-factor'));
expectThat(
  'both factors are on',
  factors
    .map(({ factor }) => factor)
    .toSorted()
    .join() === 'sms,totp',
);
const left = await client.DELETE('/sessions/current');
expectThat('the session is over', left.response.status === 204);
