import { type Html, html } from '../shared/primitives/html.ts';
import type { TokenTexts } from './languages/texts.ts';

/** The field of a form's token: its script fills it from the link, and without one people copy it from the message. */
export const tokenField = ({ tokenLabel, tokenHint, tokenFilled }: TokenTexts): Html => html`<div class="field">
<label for="token">${tokenLabel}</label>
<p class="hint" id="token-hint" data-filled="${tokenFilled}">${tokenHint}</p>
<input id="token" name="token" type="text" required autocomplete="off" autocapitalize="characters" autocorrect="off" spellcheck="false" aria-describedby="token-hint">
</div>`;
