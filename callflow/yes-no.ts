/** What `{"kind": "yes-no"}` understands, by the language's first part. Other languages: a choice of its own. */
const WORDS: Record<string, { yes: string[]; no: string[] }> = {
  en: { yes: ['yes', 'yeah', 'yep', 'sure', 'okay', 'correct'], no: ['no', 'nope', 'no thanks'] },
  de: { yes: ['ja', 'gerne', 'okay', 'richtig'], no: ['nein', 'nein danke'] },
  fr: { yes: ['oui', "d'accord", 'bien sûr'], no: ['non', 'non merci'] },
  es: { yes: ['sí', 'claro', 'vale'], no: ['no', 'no gracias'] },
};

export const yesNoWords = (language = 'en'): { yes: string[]; no: string[] } | undefined => {
  const code = language.toLowerCase().split(/[-_]/)[0] ?? '';
  return Object.hasOwn(WORDS, code) ? WORDS[code] : undefined;
};

export const YES_NO_LANGUAGES = Object.keys(WORDS);

export const YES_NO_KEYS = { '1': 'yes', '2': 'no' };
