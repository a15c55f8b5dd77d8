import { type Html, html } from '../shared/primitives/html.ts';
import { layout } from './layout.ts';
import type { PageContext } from './page-context.ts';
import { type Notices, statusRegion } from './status-region.ts';
import { tokenField } from './token-field.ts';

/**
 * The page that saves an export. The browser sends the form itself, with the script too, and saves what comes back as a file; only a
 * refusal leads back here. Opening the page uses nothing up, because scanners open the links of mails.
 */
export const exportPage = (context: PageContext): Html => {
  const { texts, outcome } = context;
  const say = texts.export;
  const notices: Notices = { ...texts.failures, ...say.notices };

  const main = html`${statusRegion(outcome, notices)}
<form method="post" action="/account/export/download" data-notices="${JSON.stringify(notices)}" data-download="">
<p class="lead">${say.lead}</p>
${tokenField(say)}
<button class="main" id="send" type="submit">${say.submit}</button>
</form>`;
  return layout(context, { heading: say.heading, main, script: '/ui/token-form.js' });
};
