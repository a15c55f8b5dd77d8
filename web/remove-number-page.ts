import { type Html, html } from '../shared/primitives/html.ts';
import { layout } from './layout.ts';
import type { PageContext } from './page-context.ts';
import { emptyStatusRegion } from './status-region.ts';

/**
 * The page on which owners remove their number after a mail: they sign in on it, with their second factor where one is on, and the
 * session ends with the removal. The mail's link holds no token, so that neither a reader of the mail nor a link scanner can do
 * anything with it (docs/adr/0032).
 *
 * Without its script the page can't sign in: it says where else the number can be removed, and its button stays off.
 */
export const removeNumberPage = (context: PageContext): Html => {
  const { internal, unavailable, 'too-many-requests': tooMany } = context.texts.failures;
  const { notices: own, ...say } = context.texts.removeNumber;
  const notices = { ...own, internal, unavailable, 'too-many-requests': tooMany };
  const main = html`${emptyStatusRegion}
<form method="post" action="${context.path}" data-notices="${JSON.stringify(notices)}">
<p class="lead">${say.lead}</p>
<p class="lead" id="needs-script">${say.needsScript}</p>
<div id="who">
<div class="field">
<label for="email">${say.emailLabel}</label>
<input id="email" name="email" type="email" required autocomplete="username" autocapitalize="none" spellcheck="false">
</div>
<div class="field">
<label for="password">${say.passwordLabel}</label>
<input id="password" name="password" type="password" required autocomplete="current-password" autocapitalize="none" spellcheck="false">
</div>
</div>
<div class="field" id="proof" hidden>
<label for="code">${say.codeLabel}</label>
<p class="hint" id="code-hint" data-mail="${say.mailHint}">${say.codeHint}</p>
<input id="code" name="code" type="text" autocomplete="one-time-code" autocapitalize="characters" autocorrect="off" spellcheck="false" aria-describedby="code-hint">
<button class="quiet" id="send-sms" type="button" data-mail="${say.sendMail}" hidden>${say.sendSms}</button>
</div>
<button class="main" id="send" type="submit" data-sending="${context.texts.sending}" data-last="${say.submit}" disabled>${say.next}</button>
</form>`;
  return layout(context, { heading: say.heading, main, script: '/ui/remove-number.js' });
};
