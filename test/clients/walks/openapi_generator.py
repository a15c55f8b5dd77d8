# As an app's developer writes it: nothing but generated calls, and what a person reads on the phone.
import os

import openapi_client as api
from person import EMAIL, NEW_PASSWORD, PASSWORD, PHONE, expect, phone

configuration = api.Configuration(host=os.environ["BASE_URL"])
client = api.ApiClient(configuration)
accounts, recoveries, sessions = api.AccountsApi(client), api.RecoveryApi(client), api.SessionsApi(client)
second_factors, verification = api.SecondFactorsApi(client), api.VerificationApi(client)
profiles = api.ProfileApi(client)

accounts.sign_up(api.SignUpRequest(email=EMAIL, locale="de_AT"))
begun = accounts.complete_sign_up(api.CompleteSignUpRequest(token=phone("token", EMAIL), password=PASSWORD))
expect("a session begins", begun.access_token)

recoveries.request_recovery(api.RequestRecoveryRequest(email=EMAIL))
recovery = phone("token", EMAIL)
checked = recoveries.check_reset_token(api.CheckResetTokenRequest(reset_token=recovery))
expect("the token is good", checked.valid and checked.expires_at.year > 2000)
recoveries.reset_password(api.ResetPasswordRequest(token=recovery, new_password=NEW_PASSWORD))

try:
    sessions.sign_in(api.SignInRequest(email=EMAIL, password=PASSWORD))
    expect("the old password is wrong", False)
except api.exceptions.UnauthorizedException as refused:
    expect("the problem is read", refused.data.code == "invalid-credentials")
signed_in = sessions.sign_in(api.SignInRequest(email=EMAIL, password=NEW_PASSWORD))
configuration.access_token = signed_in.access_token

secret = second_factors.enroll_totp().secret
confirmed = second_factors.confirm_totp(api.ConfirmTotpRequest(code=phone("totp", secret)))
expect("recovery codes are shown", len(confirmed.recovery_codes) == 10)

asked = sessions.sign_in(api.SignInRequest(email=EMAIL, password=NEW_PASSWORD))
expect("a second factor is asked for", asked.second_factor_required)
configuration.access_token = asked.challenge_token
proven = verification.verify_code(api.VerifyCodeRequest(code=phone("totp", secret)))
expect("the sign-in is complete", proven.proves == "sign-in")
configuration.access_token = proven.access_token

read = profiles.get_profile_with_http_info(proven.account_id)
written = api.UpdateProfileRequest.from_dict({**read.data.to_dict(), "name": "Ada", "address": {"country": "AT"}})
written = profiles.update_profile_put(proven.account_id, written, if_match=read.headers["etag"])
expect("the profile is written", written.name == "Ada" and written.email == EMAIL)
merged = profiles.update_profile_patch(proven.account_id, api.UpdateProfileRequest(nickname="A"))
expect("a patch leaves the rest", merged.name == "Ada" and merged.nickname == "A")

sent = verification.request_verification(request_verification_request=api.RequestVerificationRequest(phone_number=PHONE))
code = phone("code", PHONE)
added = verification.verify_code(api.VerifyCodeRequest(code=code, verification_id=sent.verification_id))
expect("the number is a factor", added.proves == "factor")
configuration.access_token = added.session.access_token
factors = second_factors.get_two_factor().factors
expect("both factors are on", sorted(one.factor for one in factors) == ["sms", "totp"])
sessions.sign_out()
