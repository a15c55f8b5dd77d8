import { type Html, html } from '../shared/primitives/html.ts';
import { layout } from './layout.ts';
import type { PageContext } from './page-context.ts';
import { type Notices, statusRegion } from './status-region.ts';
import { tokenField } from './token-field.ts';

/**
 * The page on which one of two addresses confirms a change: the link of the mail has the token in its fragment, and without it
 * people copy it from the message. Opening the page confirms nothing, because scanners open the links of mails.
 *
 * Its script reads from the answer whether the other address is still awaited; without the script the page says both.
 */
export const confirmEmailPage = (context: PageContext): Html => {
  const { texts, outcome } = context;
  const { notices: own, ...say } = texts.confirmEmail;
  const notices: Notices = { ...texts.failures, ...own };
  const status = statusRegion(outcome, notices);

  if (outcome === 'done') return layout(context, { heading: own.done.title, main: status, script: null });

  const main = html`${status}
<form method="post" action="/profile/email/confirm" data-notices="${JSON.stringify(notices)}" data-check-action="" data-reads-status="">
<p class="lead">${say.lead}</p>
${tokenField(say)}
<button class="main" id="send" type="submit" data-sending="${texts.sending}">${say.submit}</button>
</form>`;
  return layout(context, { heading: say.heading, main, script: '/ui/token-form.js' });
};
