import os

from keyturn_account_security_client import AuthenticatedClient, Client, models
from keyturn_account_security_client.api.accounts import complete_sign_up, sign_up
from keyturn_account_security_client.api.profile import get_profile, update_profile_patch, update_profile_put
from keyturn_account_security_client.api.recovery import check_reset_token, request_recovery, reset_password
from keyturn_account_security_client.api.second_factors import confirm_totp, enroll_totp, get_two_factor
from keyturn_account_security_client.api.sessions import sign_in, sign_out
from keyturn_account_security_client.api.verification import request_verification, verify_code
from person import EMAIL, NEW_PASSWORD, PASSWORD, PHONE, expect, phone

BASE_URL = os.environ["BASE_URL"]
anyone = Client(BASE_URL)

sign_up.sync(client=anyone, body=models.SignUpRequest(email=EMAIL, locale="de_AT"))
completed = models.CompleteSignUpRequest(token=phone("token", EMAIL), password=PASSWORD)
expect("a session begins", complete_sign_up.sync(client=anyone, body=completed).access_token)

request_recovery.sync(client=anyone, body=models.RequestRecoveryRequest(email=EMAIL))
recovery = phone("token", EMAIL)
checked = check_reset_token.sync(client=anyone, body=models.CheckResetTokenRequest(reset_token=recovery))
expect("the token is good", checked.valid and checked.expires_at.year > 2000)
reset = models.ResetPasswordRequest(token=recovery, new_password=NEW_PASSWORD)
expect("the password is set", reset_password.sync(client=anyone, body=reset).status == "password-changed")

wrong = sign_in.sync(client=anyone, body=models.SignInRequest(email=EMAIL, password=PASSWORD))
expect("the old password is wrong", isinstance(wrong, models.Problem) and wrong.code == "invalid-credentials")
right = models.SignInRequest(email=EMAIL, password=NEW_PASSWORD)
owner = AuthenticatedClient(BASE_URL, token=sign_in.sync(client=anyone, body=right).access_token)

secret = enroll_totp.sync(client=owner, body=models.EnrollTotpRequest()).secret
confirmed = confirm_totp.sync(client=owner, body=models.ConfirmTotpRequest(code=phone("totp", secret)))
expect("recovery codes are shown", len(confirmed.recovery_codes) == 10)

asked = sign_in.sync(client=anyone, body=right)
expect("a second factor is asked for", asked.second_factor_required)
challenged = AuthenticatedClient(BASE_URL, token=asked.challenge_token)
proven = verify_code.sync(client=challenged, body=models.VerifyCodeRequest(code=phone("totp", secret)))
expect("the sign-in is complete", proven.proves == "sign-in")
owner = AuthenticatedClient(BASE_URL, token=proven.access_token)

read = get_profile.sync_detailed(proven.account_id, client=owner)
body = models.UpdateProfileRequest.from_dict({**read.parsed.to_dict(), "name": "Ada", "address": {"country": "AT"}})
written = update_profile_put.sync(proven.account_id, client=owner, body=body, if_match=read.headers["etag"])
expect("the profile is written", written.name == "Ada" and written.email == EMAIL)
body = models.UpdateProfileRequest(nickname="A")
merged = update_profile_patch.sync(proven.account_id, client=owner, body=body)
expect("a patch leaves the rest", merged.name == "Ada" and merged.nickname == "A")

sent = request_verification.sync(client=owner, body=models.RequestVerificationRequest(phone_number=PHONE))
body = models.VerifyCodeRequest(code=phone("code", PHONE), verification_id=sent.verification_id)
added = verify_code.sync(client=owner, body=body)
expect("the number is a factor", added.proves == "factor")
owner = AuthenticatedClient(BASE_URL, token=added.session.access_token)
factors = get_two_factor.sync(client=owner).factors
expect("both factors are on", sorted(one.factor for one in factors) == ["sms", "totp"])
expect("the session is over", sign_out.sync_detailed(client=owner).status_code == 204)
