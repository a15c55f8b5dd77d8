import * as api from './client/index.ts';
import { EMAIL, expectThat, NEW_PASSWORD, PASSWORD, PHONE, phone } from './person.ts';

let token = '';
const configuration = new api.Configuration({ basePath: process.env.BASE_URL ?? '', accessToken: async () => token });
const accounts = new api.AccountsApi(configuration);
const recoveries = new api.RecoveryApi(configuration);
const sessions = new api.SessionsApi(configuration);
const secondFactors = new api.SecondFactorsApi(configuration);
const verification = new api.VerificationApi(configuration);
const profiles = new api.ProfileApi(configuration);

await accounts.signUp({ signUpRequest: { email: EMAIL, locale: 'de_AT' } });
const signUpToken = await phone('token', EMAIL);
const begun = await accounts.completeSignUp({ completeSignUpRequest: { token: signUpToken, password: PASSWORD } });
expectThat('a session begins', begun.accessToken.length > 0);

await recoveries.requestRecovery({ requestRecoveryRequest: { email: EMAIL } });
const recovery = await phone('token', EMAIL);
const checked = await recoveries.checkResetToken({ checkResetTokenRequest: { resetToken: recovery } });
expectThat('the token is good', checked.valid && checked.expiresAt > new Date());
await recoveries.resetPassword({ resetPasswordRequest: { token: recovery, newPassword: NEW_PASSWORD } });

const wrong = await sessions.signIn({ signInRequest: { email: EMAIL, password: PASSWORD } }).then(
  () => null,
  async (error: api.ResponseError) => api.ProblemFromJSON(await error.response.json()),
);
expectThat('the old password is wrong', wrong?.code === 'invalid-credentials');
const signedIn = await sessions.signIn({ signInRequest: { email: EMAIL, password: NEW_PASSWORD } });
token = signedIn.accessToken ?? '';

const { secret } = await secondFactors.enrollTotp();
const confirmed = await secondFactors.confirmTotp({ confirmTotpRequest: { code: await phone('totp', secret) } });
expectThat('recovery codes are shown', confirmed.recoveryCodes?.length === 10);

const asked = await sessions.signIn({ signInRequest: { email: EMAIL, password: NEW_PASSWORD } });
expectThat('a second factor is asked for', asked.secondFactorRequired === true);
token = asked.challengeToken ?? '';
const proven = await verification.verifyCode({ verifyCodeRequest: { code: await phone('totp', secret) } });
expectThat('the sign-in is complete', proven.proves === 'sign-in');
token = proven.accessToken ?? '';
const userId = proven.accountId ?? '';

const read = await profiles.getProfileRaw({ userId });
const profile = await read.value();
const written = await profiles.updateProfilePut({
  userId,
  ifMatch: read.raw.headers.get('etag') ?? '',
  updateProfileRequest: { ...profile, address: { country: 'AT' }, name: 'Ada', metadata: { theme: 'dark' } },
});
expectThat('the profile is written', written.name === 'Ada' && written.email === EMAIL);
const merged = await profiles.updateProfilePatch({ userId, updateProfileRequest: { nickname: 'A' } });
expectThat('a patch leaves the rest', merged.name === 'Ada' && merged.nickname === 'A');

const sent = await verification.requestVerification({ requestVerificationRequest: { phoneNumber: PHONE } });
const code = await phone('code', PHONE);
const added = await verification.verifyCode({ verifyCodeRequest: { code, verificationId: sent.verificationId } });
expectThat('the number is a factor', added.proves === 'factor');
token = added.session?.accessToken ?? token;
const { factors } = await secondFactors.getTwoFactor();
expectThat(
  'both factors are on',
  factors
    .map(({ factor }) => factor)
    .toSorted()
    .join() === 'sms,totp',
);
await sessions.signOut();
