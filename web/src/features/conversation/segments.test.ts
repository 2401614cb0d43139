import { expect, test } from 'vitest';
import { countSegments } from './segments';

test.each([
  ['nothing is no text at all', '', 'GSM-7', 0, 0],
  ['160 plain characters fit into one', 'a'.repeat(160), 'GSM-7', 160, 1],
  ['one more makes two of 153', 'a'.repeat(161), 'GSM-7', 161, 2],
  ['306 fill two to the brim', 'a'.repeat(306), 'GSM-7', 306, 2],
  ['307 take a third', 'a'.repeat(307), 'GSM-7', 307, 3],
  ['a euro sign takes two places', '€'.repeat(80), 'GSM-7', 160, 1],
  ['an escape pair never spans two texts', `${'a'.repeat(152)}€${'a'.repeat(153)}`, 'GSM-7', 307, 3],
  ['German umlauts are plain', 'Grüße', 'GSM-7', 5, 1],
  ['one letter outside the alphabet makes all of it Unicode', `ć${'a'.repeat(69)}`, 'Unicode', 70, 1],
  ['71 in Unicode make two of 67', 'ć'.repeat(71), 'Unicode', 71, 2],
  ['an emoji takes two places', '👋'.repeat(35), 'Unicode', 70, 1],
  ['an emoji is not cut in half', `${'ć'.repeat(66)}👋${'ć'.repeat(66)}`, 'Unicode', 134, 3],
])('%s', (_, text, encoding, used, segments) => {
  expect(countSegments(text)).toMatchObject({ encoding, used, segments });
});

test('says which characters made it Unicode', () => {
  expect(countSegments('see you 👋 — soon').foreign).toEqual(['👋', '—']);
});
