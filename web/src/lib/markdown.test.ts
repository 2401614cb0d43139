import { expect, test } from 'vitest';
import { blocks, inlines } from './markdown';

test('marks, links and addresses', () => {
  expect(inlines('a **b _c_** `**d**` [e](https://e.example) https://f.example/g.')).toMatchObject([
    { text: 'a ' },
    { kind: 'strong' },
    { text: ' ' },
    { kind: 'code', text: '**d**' },
    { text: ' ' },
    { kind: 'link', href: 'https://e.example' },
    { text: ' ' },
    { kind: 'link', href: 'https://f.example/g' },
    { text: '.' },
  ]);
});

test.each(['javascript:alert(1)', 'data:text/html,x', '//evil.example'])(
  'an address that could do something is no link: %s',
  (href) => {
    expect(JSON.stringify(inlines(`[click](${href})`))).not.toContain('"link"');
  },
);

test('tags are text', () => {
  expect(inlines('<img src=x onerror=alert(1)>')).toEqual([
    { kind: 'text', text: '<img src=x onerror=alert(1)>' },
  ]);
});

test('words with underlines keep them', () => {
  expect(inlines('snake_case_name 2*3*4')).toMatchObject([
    { text: 'snake_case_name 2' },
    { kind: 'em' },
    { text: '4' },
  ]);
});

test('blocks', () => {
  expect(blocks('# A\nb\nc\n\n- d\n- e\n1. f\n> g\n```\n# h\n').map(({ kind }) => kind)).toEqual([
    'heading',
    'paragraph',
    'list',
    'list',
    'quote',
    'code',
  ]);
});

test('a long run of marks is read in a moment', () => {
  expect(blocks('*'.repeat(20_000)).length).toBe(1);
  expect(blocks('[a]('.repeat(5000)).length).toBe(1);
});
