/*
 * Notes' Markdown, as a tree and never as HTML: what is no mark is text, so
 * nothing that somebody wrote can become a tag, a script or a strange address.
 */

export type Inline =
  | { kind: 'text' | 'code'; text: string }
  | { kind: 'strong' | 'em' | 'strike'; inner: Inline[] }
  | { kind: 'link'; href: string; inner: Inline[] };

export type Block =
  | { kind: 'heading' | 'paragraph' | 'quote'; lines: Inline[][] }
  | { kind: 'list'; ordered: boolean; items: Inline[][] }
  | { kind: 'code'; text: string };

const marks: { kind: 'strong' | 'em' | 'strike'; pattern: RegExp }[] = [
  { kind: 'strong', pattern: /\*\*(?=\S)([^*]+?)(?<=\S)\*\*|__(?=\S)([^_]+?)(?<=\S)__/ },
  { kind: 'strike', pattern: /~~(?=\S)([^~]+?)(?<=\S)~~/ },
  { kind: 'em', pattern: /\*(?=\S)([^*\n]+?)(?<=\S)\*|(?<!\w)_(?=\S)([^_\n]+?)(?<=\S)_(?!\w)/ },
];
const code = /`([^`\n]+)`/;
const link = /\[([^\]\n]+)\]\((https?:\/\/[^\s)]+|mailto:[^\s)]+|tel:[^\s)]+)\)/;
const address = /https?:\/\/[^\s<>]*[^\s<>.,;:!?)]/;

/** Reads a line. The mark that begins first holds; what stands in code is left alone. */
export function inlines(text: string): Inline[] {
  const found = [
    { at: code.exec(text), make: (m: RegExpExecArray): Inline => ({ kind: 'code', text: m[1] ?? '' }) },
    {
      at: link.exec(text),
      make: (m: RegExpExecArray): Inline => ({ kind: 'link', href: m[2] ?? '', inner: plain(m[1] ?? '') }),
    },
    {
      at: address.exec(text),
      make: (m: RegExpExecArray): Inline => ({ kind: 'link', href: m[0], inner: plain(m[0]) }),
    },
    ...marks.map(({ kind, pattern }) => ({
      at: pattern.exec(text),
      make: (m: RegExpExecArray): Inline => ({ kind, inner: inlines(m[1] ?? m[2] ?? '') }),
    })),
  ];
  let first: (typeof found)[number] | undefined;
  for (const one of found) if (one.at && (!first?.at || one.at.index < first.at.index)) first = one;
  if (!first?.at) return plain(text);
  const { at } = first;
  return [...plain(text.slice(0, at.index)), first.make(at), ...inlines(text.slice(at.index + at[0].length))];
}

function plain(text: string): Inline[] {
  return text ? [{ kind: 'text', text }] : [];
}

const bullet = /^\s{0,3}[-*+]\s+(.+)$/;
const numbered = /^\s{0,3}\d{1,9}[.)]\s+(.+)$/;
const heading = /^#{1,6}\s+(.+?)\s*#*$/;

export function blocks(source: string): Block[] {
  const out: Block[] = [];
  let fence: string[] | null = null;
  let open = false; // whether the last block goes on with the next line
  for (const line of source.split(/\r?\n/)) {
    if (/^\s{0,3}```/.test(line)) {
      if (fence) out.push({ kind: 'code', text: fence.join('\n') });
      fence = fence ? null : [];
      open = false;
    } else if (fence) fence.push(line);
    else if (line.trim() === '') open = false;
    else {
      add(out, line, open);
      open = true;
    }
  }
  if (fence) out.push({ kind: 'code', text: fence.join('\n') });
  return out;
}

function add(out: Block[], line: string, open: boolean): void {
  const last = open ? out.at(-1) : undefined;
  const title = heading.exec(line)?.[1];
  const point = bullet.exec(line)?.[1];
  const step = numbered.exec(line)?.[1];
  const quote = /^\s{0,3}>\s?(.*)$/.exec(line)?.[1];
  if (title) out.push({ kind: 'heading', lines: [inlines(title)] });
  else if (point || step) {
    const item = inlines(point ?? step ?? '');
    const ordered = Boolean(step);
    if (last?.kind === 'list' && last.ordered === ordered) last.items.push(item);
    else out.push({ kind: 'list', ordered, items: [item] });
  } else {
    const kind = quote === undefined ? 'paragraph' : 'quote';
    const words = inlines(quote ?? line);
    if (last?.kind === kind) last.lines.push(words);
    else out.push({ kind, lines: [words] });
  }
}
