import * as z from 'zod/mini';
import { LANGUAGES } from '../primitives/language.ts';
import { section } from './section.ts';

/** An id, without the colons and slashes of an ARN. @see End User Messaging SMS API, SendNotifyTextMessage */
const CONFIGURATION_ID = /^[A-Za-z0-9_-]{1,64}$/;

/** @see End User Messaging SMS API, SendNotifyTextMessage, "TemplateId" */
const TEMPLATE_ID = /^[A-Za-z0-9_-]{1,256}$/;

const areLanguages = (templates: Readonly<Record<string, string>>): boolean =>
  Object.keys(templates).every((key) => LANGUAGES.some((language) => language === key));

const VARIABLE = /^[A-Za-z][A-Za-z0-9_]{0,63}$/;

/** By what codes go out: SNS with texts of ours, or End User Messaging's Notify with AWS's own (docs/adr/0076). */
export const smsChannel = () =>
  z
    ._default(z.enum(['sns', 'notify']), 'sns')
    .check(
      z.describe(
        "What sends codes by SMS: sns, with the project's own texts, or notify, AWS's managed service with its own numbers and templates, which wants no registration; sns unless set. What is no code goes by SNS always, and only to countries that have an originator where this is notify.",
      ),
    );

/** What the channel notify needs: the Notify configuration of the AWS account, and its templates. */
export const smsNotify = () =>
  section({
    get configurationId() {
      return z
        ._default(
          z.nullable(
            z
              .string()
              .check(
                z.regex(
                  CONFIGURATION_ID,
                  'must be the id of a Notify configuration, such as notify-0123456789abcdef, not its ARN',
                ),
              ),
          ),
          null,
        )
        .check(
          z.describe(
            "The id of the Notify configuration, in the stack's region; required where the channel is notify.",
          ),
        );
    },
    get templates() {
      return z
        ._default(
          z
            .record(
              z.string(),
              z
                .string()
                .check(
                  z.regex(
                    TEMPLATE_ID,
                    'must be the id of a template of Notify, such as notify-code-verification-english-001',
                  ),
                ),
            )
            .check(z.refine(areLanguages, `its keys must be of ${LANGUAGES.join(', ')}`)),
          {},
        )
        .check(
          z.describe(
            'The templates of Notify that codes are sent with, by language, such as {"en": "notify-code-verification-english-001"}; where the channel is notify, one for defaultLanguage at least.',
          ),
        );
    },
    get minutesVariable() {
      return z
        ._default(
          z.nullable(z.string().check(z.regex(VARIABLE, "must be the name of a template's variable, such as time"))),
          null,
        )
        .check(
          z.describe(
            'The variable of these templates that takes the life of the code in minutes; none unless set. Notify refuses a message that lacks a variable.',
          ),
        );
    },
  });
