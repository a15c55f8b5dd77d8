import { type Html, html } from '../shared/primitives/html.ts';
import type { Notice } from './languages/texts.ts';
import { layout } from './layout.ts';
import type { PageContext } from './page-context.ts';
import { type Notices, statusRegion } from './status-region.ts';
import { tokenField } from './token-field.ts';

const adviceSection = ({ title, text }: Notice): Html => html`<section>
<h2>${title}</h2>
<p>${text}</p>
</section>`;

/**
 * The page for people who got a message that they did not ask for: what to do, and a form that voids the recovery tokens of their
 * account. The link of a recovery mail has the token in its fragment; other links to the page, and those of mails of release 0.1.0,
 * have none, and people copy it from the message.
 *
 * Opening the page voids nothing, because scanners open the links of mails: only the form's button does.
 */
export const notMePage = (context: PageContext): Html => {
  const { texts, outcome } = context;
  const { heading, lead, unasked, revoke, sections, notices: own } = texts.notMe;
  const notices: Notices = { ...texts.failures, ...own };
  const status = statusRegion(outcome, notices);
  const advice = sections.map(adviceSection);

  if (outcome === 'done') {
    return layout(context, { heading: own.done.title, main: html`${status}\n${advice}`, script: null });
  }

  const main = html`${status}
<form method="post" action="/account/recovery/revoke" data-notices="${JSON.stringify(notices)}" data-check-action="/reset">
<p class="lead">${lead}</p>
<section>
<h2>${unasked.title}</h2>
<p>${unasked.text}</p>
<p>${revoke.lead}</p>
${tokenField({ ...texts.reset, ...revoke })}
<button class="main" id="send" type="submit" data-sending="${texts.sending}">${revoke.submit}</button>
</section>
</form>
${advice}`;
  return layout(context, { heading, main, script: '/ui/token-form.js' });
};
