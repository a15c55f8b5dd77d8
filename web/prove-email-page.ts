import { type Html, html } from '../shared/primitives/html.ts';
import { layout } from './layout.ts';
import type { PageContext } from './page-context.ts';
import { type Notices, statusRegion } from './status-region.ts';
import { tokenField } from './token-field.ts';

/** The page on which an owner proves that mail reaches the address again. Opening it proves nothing, because scanners open the links of mails. */
export const proveEmailPage = (context: PageContext): Html => {
  const { texts, outcome } = context;
  const { notices: own, ...say } = texts.proveEmail;
  const notices: Notices = { ...texts.failures, ...own };
  const status = statusRegion(outcome, notices);

  if (outcome === 'done') return layout(context, { heading: own.done.title, main: status, script: null });

  const main = html`${status}
<form method="post" action="/profile/email/proof/confirm" data-notices="${JSON.stringify(notices)}" data-check-action="">
<p class="lead">${say.lead}</p>
${tokenField(say)}
<button class="main" id="send" type="submit" data-sending="${texts.sending}">${say.submit}</button>
</form>`;
  return layout(context, { heading: say.heading, main, script: '/ui/token-form.js' });
};
