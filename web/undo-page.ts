import { type Html, html } from '../shared/primitives/html.ts';
import { layout } from './layout.ts';
import type { PageContext } from './page-context.ts';
import { type Notices, statusRegion } from './status-region.ts';
import { tokenField } from './token-field.ts';

/**
 * The page that undoes a change which its reader did not make. It says what its one button does; opening it does nothing, because scanners
 * open the links of messages.
 */
export const undoPage = (context: PageContext): Html => {
  const { texts, outcome } = context;
  const say = texts.undo;
  const notices: Notices = { ...texts.failures, ...say.notices };
  const status = statusRegion(outcome, notices);

  if (outcome === 'done') return layout(context, { heading: notices.done.title, main: status, script: null });

  const main = html`${status}
<form method="post" action="/account/undo" data-notices="${JSON.stringify(notices)}">
<p class="lead">${say.lead}</p>
${tokenField(say)}
<div class="field">
<label for="code">${say.codeLabel}</label>
<p class="hint" id="code-hint">${say.codeHint}</p>
<input id="code" name="code" type="text" autocomplete="one-time-code" autocapitalize="none" autocorrect="off" spellcheck="false" aria-describedby="code-hint">
</div>
<button class="main" id="send" type="submit" data-sending="${texts.sending}">${say.submit}</button>
</form>`;
  return layout(context, { heading: say.heading, main, script: '/ui/token-form.js' });
};
