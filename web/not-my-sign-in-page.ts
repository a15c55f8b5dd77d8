import { type Html, html } from '../shared/primitives/html.ts';
import { layout } from './layout.ts';
import type { PageContext } from './page-context.ts';
import { type Notices, statusRegion } from './status-region.ts';
import { tokenField } from './token-field.ts';

/** The page that takes a sign-in back which was not the owner's. Opening it ends nothing, because scanners open the links of messages. */
export const notMySignInPage = (context: PageContext): Html => {
  const { texts, outcome } = context;
  const say = texts.notMySignIn;
  const notices: Notices = { ...texts.failures, ...say.notices };
  const status = statusRegion(outcome, notices);

  if (outcome === 'done') return layout(context, { heading: notices.done.title, main: status, script: null });

  const main = html`${status}
<form method="post" action="/account/sign-in/revoke" data-notices="${JSON.stringify(notices)}">
<p class="lead">${say.lead}</p>
${tokenField(say)}
<button class="main" id="send" type="submit" data-sending="${texts.sending}">${say.submit}</button>
</form>`;
  return layout(context, { heading: say.heading, main, script: '/ui/token-form.js' });
};
