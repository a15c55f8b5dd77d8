// As an app's developer writes it: nothing but generated calls, and what a person reads on the phone.
import java.net.URI
import java.net.URLEncoder
import org.openapitools.client.apis.*
import org.openapitools.client.infrastructure.ApiClient
import org.openapitools.client.infrastructure.ClientError
import org.openapitools.client.infrastructure.ClientException
import org.openapitools.client.infrastructure.Success
import org.openapitools.client.models.*

const val EMAIL = "reader@example.com"
const val PASSWORD = "correct horse battery"
const val NEW_PASSWORD = "a much better horse"
const val PHONE = "+43 660 1234567"
val BASE_URL: String = System.getenv("BASE_URL")

fun phone(what: String, of: String): String =
    URI("${System.getenv("PHONE_URL")}/$what?of=${URLEncoder.encode(of, "UTF-8")}").toURL().readText()

fun expect(what: String, isSo: Boolean) {
    if (!isSo) throw IllegalStateException("it is not so that $what")
}

fun main() {
    val accounts = AccountsApi(BASE_URL)
    val recoveries = RecoveryApi(BASE_URL)
    val sessions = SessionsApi(BASE_URL)
    val secondFactors = SecondFactorsApi(BASE_URL)
    val verification = VerificationApi(BASE_URL)
    val profiles = ProfileApi(BASE_URL)

    accounts.signUp(SignUpRequest(email = EMAIL, locale = "de_AT"))
    val begun = accounts.completeSignUp(CompleteSignUpRequest(token = phone("token", EMAIL), password = PASSWORD))
    expect("a session begins", begun.accessToken.isNotEmpty())

    recoveries.requestRecovery(RequestRecoveryRequest(email = EMAIL))
    val recovery = phone("token", EMAIL)
    val checked = recoveries.checkResetToken(CheckResetTokenRequest(resetToken = recovery))
    expect("the token is good", checked.valid && checked.expiresAt.year > 2000)
    recoveries.resetPassword(ResetPasswordRequest(token = recovery, newPassword = NEW_PASSWORD))

    try {
        sessions.signIn(SignInRequest(email = EMAIL, password = PASSWORD))
        expect("the old password is wrong", false)
    } catch (refused: ClientException) {
        expect("the problem is read", (refused.response as ClientError<*>).body.toString().contains("invalid-credentials"))
    }
    val signedIn = sessions.signIn(SignInRequest(email = EMAIL, password = NEW_PASSWORD))
    ApiClient.accessToken = signedIn.accessToken

    val secret = secondFactors.enrollTotp().secret
    val confirmed = secondFactors.confirmTotp(ConfirmTotpRequest(code = phone("totp", secret)))
    expect("recovery codes are shown", confirmed.recoveryCodes?.size == 10)

    val asked = sessions.signIn(SignInRequest(email = EMAIL, password = NEW_PASSWORD))
    expect("a second factor is asked for", asked.secondFactorRequired == true)
    ApiClient.accessToken = asked.challengeToken
    val proven = verification.verifyCode(VerifyCodeRequest(code = phone("totp", secret)))
    expect("the sign-in is complete", proven.proves == "sign-in")
    ApiClient.accessToken = proven.accessToken
    val account = proven.accountId!!

    val read = profiles.getProfileWithHttpInfo(account) as Success<Profile?>
    val profile = read.data!!
    val written = profiles.updateProfilePut(
        account,
        UpdateProfileRequest(
            email = profile.email, emailVerified = profile.emailVerified, updatedAt = profile.updatedAt,
            metadata = profile.metadata, name = "Ada", address = PostalAddress(country = "AT"),
        ),
        ifMatch = read.headers["etag"]?.first(),
    )
    expect("the profile is written", written.name == "Ada" && written.email == EMAIL)
    val merged = profiles.updateProfilePatch(account, UpdateProfileRequest(nickname = "A"))
    expect("a patch leaves the rest", merged.name == "Ada" && merged.nickname == "A")

    val sent = verification.requestVerification(requestVerificationRequest = RequestVerificationRequest(phoneNumber = PHONE))
    val code = phone("code", PHONE)
    val added = verification.verifyCode(VerifyCodeRequest(code = code, verificationId = sent.verificationId))
    expect("the number is a factor", added.proves == "factor")
    ApiClient.accessToken = added.session!!.accessToken
    expect("both factors are on", secondFactors.getTwoFactor().factors.map { it.factor }.sorted() == listOf("sms", "totp"))
    sessions.signOut()
}
