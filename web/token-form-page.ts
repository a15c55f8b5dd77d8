import { NAME_MAX_LENGTH } from '../shared/contract/text-lengths.ts';
import { type Html, html } from '../shared/primitives/html.ts';
import type { Texts } from './languages/texts.ts';
import { layout } from './layout.ts';
import type { PageContext } from './page-context.ts';
import { type Notices, statusRegion } from './status-region.ts';
import { tokenField } from './token-field.ts';
import type { TokenForm } from './token-forms.ts';

const nameField = ({ nameLabel }: Texts): Html => html`<div class="field">
<label for="name">${nameLabel}</label>
<input id="name" name="name" type="text" maxlength="${NAME_MAX_LENGTH}" autocomplete="name">
</div>`;

/**
 * Writes a page with a form for a token and a password. Without the script, people copy the token from the message, and
 * the server redirects back with the outcome in the address.
 */
export const tokenFormPage = (context: PageContext, form: TokenForm): Html => {
  const { texts, outcome, minimumPasswordLength } = context;
  const say = form.textsOf(texts);
  const notices: Notices = { ...texts.failures, 'invalid-token': say.invalidToken, done: say.done };
  const status = statusRegion(outcome, notices);

  if (outcome === 'done') return layout(context, { heading: say.done.title, main: status, script: null });

  const main = html`${status}
<form method="post" action="${form.action}" data-notices="${JSON.stringify(notices)}" data-check-action="${form.checkAction ?? ''}">
<p class="lead">${say.lead}</p>
${tokenField(say)}
${form.asksName ? nameField(texts) : null}
<div class="field">
<label for="password">${say.passwordLabel}</label>
<p class="hint" id="password-hint">${texts.passwordHint}</p>
<input id="password" name="${form.passwordField}" type="password" required minlength="${minimumPasswordLength}" autocomplete="new-password" autocapitalize="none" spellcheck="false" aria-describedby="password-hint">
<button class="quiet" id="reveal" type="button" aria-controls="password" data-hide="${texts.hidePassword}" hidden>${texts.showPassword}</button>
</div>
<button class="main" id="send" type="submit" data-sending="${texts.sending}">${say.submit}</button>
</form>`;
  return layout(context, { heading: say.heading, main, script: '/ui/token-form.js' });
};
