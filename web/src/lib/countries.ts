/* Codes that CLDR names and ISO 3166-1 does not assign to a country. */
const none = new Set([
  'AC',
  'CP',
  'CQ',
  'DG',
  'EA',
  'EU',
  'EZ',
  'IC',
  'QO',
  'TA',
  'UN',
  'XA',
  'XB',
  'XK',
  'ZZ',
]);
const letters = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZ'];

let known: { code: string; name: string }[] | undefined;

/** Every country by its name in the reader's language. */
export function countries(): { code: string; name: string }[] {
  if (known) return known;
  const names = new Intl.DisplayNames(undefined, { type: 'region', fallback: 'none' });
  known = letters
    .flatMap((a) => letters.map((b) => a + b))
    .filter((code) => !none.has(code) && Intl.getCanonicalLocales(`und-${code}`)[0] === `und-${code}`)
    .flatMap((code) => {
      const name = names.of(code);
      return name ? [{ code, name }] : [];
    })
    .sort((a, b) => a.name.localeCompare(b.name));
  return known;
}

/** What a country is called; what is none stays as it is. */
export function countryName(code: string): string {
  return countries().find((country) => country.code === code)?.name ?? code;
}
