// As an app's developer writes it: nothing but generated calls, and what a person reads on the phone.
package main

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
)

const (
	email       = "reader@example.com"
	password    = "correct horse battery"
	newPassword = "a much better horse"
)

var number = "+43 660 1234567"

func phone(what, of string) string {
	answer, err := http.Get(os.Getenv("PHONE_URL") + "/" + what + "?of=" + url.QueryEscape(of))
	must(err)
	text, err := io.ReadAll(answer.Body)
	must(err)
	return string(text)
}

func must(err error) {
	if err != nil {
		panic(err)
	}
}

func expect(what string, isSo bool) {
	if !isSo {
		panic("it is not so that " + what)
	}
}

func main() {
	ctx := context.Background()
	token := ""
	client, err := NewClientWithResponses(os.Getenv("BASE_URL"), WithRequestEditorFn(func(_ context.Context, request *http.Request) error {
		if token != "" {
			request.Header.Set("Authorization", "Bearer "+token)
		}
		return nil
	}))
	must(err)
	locale := "de_AT"

	signedUp, err := client.SignUpWithResponse(ctx, nil, SignUpRequest{Email: email, Locale: &locale})
	must(err)
	expect("the sign-up is accepted", signedUp.JSON200 != nil)
	begun, err := client.CompleteSignUpWithResponse(ctx, nil, CompleteSignUpRequest{Token: phone("token", email), Password: password})
	must(err)
	expect("a session begins", begun.JSON200.AccessToken != "")

	address := email
	_, err = client.RequestRecoveryWithResponse(ctx, nil, RequestRecoveryRequest{Email: &address})
	must(err)
	recovery := phone("token", email)
	checked, err := client.CheckResetTokenWithResponse(ctx, nil, CheckResetTokenRequest{ResetToken: recovery})
	must(err)
	expect("the token is good", checked.JSON200.Valid && checked.JSON200.ExpiresAt.Year() > 2000)
	reset, err := client.ResetPasswordWithResponse(ctx, nil, ResetPasswordRequest{Token: recovery, NewPassword: newPassword})
	must(err)
	expect("the password is set", reset.JSON200.Status == "password-changed")

	wrong, err := client.SignInWithResponse(ctx, nil, SignInRequest{Email: email, Password: password})
	must(err)
	expect("the old password is wrong", wrong.ApplicationproblemJSON401.Code == "invalid-credentials")
	signedIn, err := client.SignInWithResponse(ctx, nil, SignInRequest{Email: email, Password: newPassword})
	must(err)
	token = *signedIn.JSON200.AccessToken

	enrolled, err := client.EnrollTotpWithResponse(ctx, nil, EnrollTotpRequest{})
	must(err)
	secret := enrolled.JSON200.Secret
	confirmed, err := client.ConfirmTotpWithResponse(ctx, nil, ConfirmTotpRequest{Code: phone("totp", secret)})
	must(err)
	expect("recovery codes are shown", len(*confirmed.JSON200.RecoveryCodes) == 10)

	token = ""
	asked, err := client.SignInWithResponse(ctx, nil, SignInRequest{Email: email, Password: newPassword})
	must(err)
	expect("a second factor is asked for", *asked.JSON200.SecondFactorRequired)
	token = *asked.JSON200.ChallengeToken
	proven, err := client.VerifyCodeWithResponse(ctx, nil, VerifyCodeRequest{Code: phone("totp", secret)})
	must(err)
	expect("the sign-in is complete", proven.JSON200.Proves == "sign-in")
	token = *proven.JSON200.AccessToken
	account := *proven.JSON200.AccountId

	read, err := client.GetProfileWithResponse(ctx, account)
	must(err)
	profile := read.JSON200
	name, country, etag := "Ada", "AT", read.HTTPResponse.Header.Get("etag")
	written, err := client.UpdateProfilePutWithResponse(ctx, account, &UpdateProfilePutParams{IfMatch: &etag}, UpdateProfileRequest{
		Email: &profile.Email, EmailVerified: &profile.EmailVerified, Name: &name, Metadata: &profile.Metadata,
		UpdatedAt: profile.UpdatedAt, Address: &PostalAddress{Country: &country},
	})
	must(err)
	expect("the profile is written", *written.JSON200.Name == "Ada" && written.JSON200.Email == email)
	nickname := "A"
	merged, err := client.UpdateProfilePatchWithApplicationMergePatchPlusJSONBodyWithResponse(ctx, account, nil, UpdateProfileRequest{Nickname: &nickname})
	must(err)
	expect("a patch leaves the rest", *merged.JSON200.Name == "Ada" && *merged.JSON200.Nickname == "A")

	sent, err := client.RequestVerificationWithResponse(ctx, nil, RequestVerificationRequest{PhoneNumber: &number})
	must(err)
	added, err := client.VerifyCodeWithResponse(ctx, nil, VerifyCodeRequest{Code: phone("code", number), VerificationId: &sent.JSON200.VerificationId})
	must(err)
	expect("the number is a factor", added.JSON200.Proves == "factor")
	token = added.JSON200.Session.AccessToken
	factors, err := client.GetTwoFactorWithResponse(ctx)
	must(err)
	expect("both factors are on", len(factors.JSON200.Factors) == 2)
	left, err := client.SignOutWithResponse(ctx, nil)
	must(err)
	expect("the session is over", left.StatusCode() == 204)
	fmt.Println("done")
}
