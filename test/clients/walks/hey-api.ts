// As an app's developer writes it: nothing but generated calls, and what a person reads on the phone.
import { client } from './client/client.gen.ts';
import * as api from './client/sdk.gen.ts';
import { EMAIL, expectThat, NEW_PASSWORD, PASSWORD, PHONE, phone } from './person.ts';

let token: string | undefined;
client.setConfig({ baseUrl: process.env.BASE_URL ?? '', auth: () => token });
const throwOnError = true;

await api.signUp({ body: { email: EMAIL, locale: 'de_AT' }, throwOnError });
const signUpToken = await phone('token', EMAIL);
const begun = await api.completeSignUp({ body: { token: signUpToken, password: PASSWORD }, throwOnError });
expectThat('a session begins', begun.data.access_token.length > 0);

await api.requestRecovery({ body: { email: EMAIL }, throwOnError });
const recovery = await phone('token', EMAIL);
const checked = await api.checkResetToken({ body: { reset_token: recovery }, throwOnError });
expectThat('the token is good', checked.data.valid);
await api.resetPassword({ body: { token: recovery, new_password: NEW_PASSWORD }, throwOnError });

const wrong = await api.signIn({ body: { email: EMAIL, password: PASSWORD } });
expectThat(
  'the old password is wrong',
  wrong.error !== undefined && 'code' in wrong.error && wrong.error.code === 'invalid-credentials',
);
const signedIn = await api.signIn({ body: { email: EMAIL, password: NEW_PASSWORD }, throwOnError });
token = signedIn.data.access_token;

const enrolled = await api.enrollTotp({ throwOnError });
const app = enrolled.data.secret;
const confirmed = await api.confirmTotp({ body: { code: await phone('totp', app) }, throwOnError });
expectThat('recovery codes are shown', confirmed.data.recovery_codes?.length === 10);

token = undefined;
const asked = await api.signIn({ body: { email: EMAIL, password: NEW_PASSWORD }, throwOnError });
expectThat('a second factor is asked for', asked.data.second_factor_required === true);
token = asked.data.challenge_token;
const proven = await api.verifyCode({ body: { code: await phone('totp', app) }, throwOnError });
expectThat('the sign-in is complete', proven.data.proves === 'sign-in');
token = proven.data.access_token;
const userId = proven.data.account_id ?? '';

const read = await api.getProfile({ path: { user_id: userId }, throwOnError });
const ifMatch = read.response.headers.get('etag') ?? '';
const written = await api.updateProfilePut({
  path: { user_id: userId },
  headers: { 'If-Match': ifMatch },
  body: { ...read.data, name: 'Ada', address: { country: 'AT' }, metadata: { theme: 'dark' } },
  throwOnError,
});
expectThat('the profile is written', written.data.name === 'Ada' && written.data.email === EMAIL);
const merged = await api.updateProfilePatch({ path: { user_id: userId }, body: { nickname: 'A' }, throwOnError });
expectThat('a patch leaves the rest', merged.data.name === 'Ada' && merged.data.nickname === 'A');

const sent = await api.requestVerification({ body: { phone_number: PHONE }, throwOnError });
const code = await phone('code', PHONE);
const added = await api.verifyCode({ body: { code, verification_id: sent.data.verification_id }, throwOnError });
expectThat('the number is a factor', added.data.proves === 'factor');
token = added.data.session?.access_token ?? token;
const factors = await api.getTwoFactor({ throwOnError });
expectThat(
  'both factors are on',
  factors.data.factors
    .map(({ factor }) => factor)
    .toSorted()
    .join() === 'sms,totp',
);
await api.signOut({ throwOnError });
