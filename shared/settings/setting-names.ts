import type { FunctionSettings } from './function-settings.ts';

type NamesWithin<Section> = Section extends readonly unknown[]
  ? never
  : Section extends object
    ? { [Key in keyof Section & string]: Key | `${Key}.${NamesWithin<Section[Key]>}` }[keyof Section & string]
    : never;

/** The section with one setting in it, and nothing else. */
type Holding<Section, Name extends string> = Name extends keyof Section
  ? { readonly [Key in Name]: Section[Key] }
  : Name extends `${infer Key extends keyof Section & string}.${infer Rest}`
    ? { readonly [Part in Key]: Holding<Section[Key], Rest> }
    : never;

/** In the place of a parameter, so that the one that fits every name holds all of them. */
type Each<Name> = Name extends string ? (settings: Holding<FunctionSettings, Name>) => void : never;

/** A setting, or a section of settings: `publicUrl`, `sessions`, `limits.signIn`. */
export type SettingName = NamesWithin<FunctionSettings>;

/** The settings with these names, each in its place; reading another doesn't compile. */
export type SettingsOf<Name extends SettingName> = Each<Name> extends (settings: infer All) => void ? All : never;
