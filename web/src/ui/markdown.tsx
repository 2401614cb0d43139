import { Fragment, type ReactNode } from 'react';
import { blocks, type Inline } from '@/lib/markdown';

/** Text with Markdown's marks: headings, lists, quotes, code, emphasis, links. */
export function Markdown({ source }: { source: string }) {
  return (
    <div className="wrap-anywhere flex flex-col gap-2">
      {blocks(source).map((block, n) => {
        switch (block.kind) {
          case 'heading':
            return (
              <p key={n} className="font-semibold">
                {lines(block.lines)}
              </p>
            );
          case 'quote':
            return (
              <blockquote key={n} className="border-line-strong border-s-2 ps-3 text-ink-2">
                {lines(block.lines)}
              </blockquote>
            );
          case 'code':
            return (
              <pre key={n} className="whitespace-pre-wrap rounded-md bg-sunken px-2.5 py-2 font-mono text-xs">
                {block.text}
              </pre>
            );
          case 'list': {
            const List = block.ordered ? 'ol' : 'ul';
            return (
              <List key={n} className={block.ordered ? 'list-decimal ps-5' : 'list-disc ps-5'}>
                {block.items.map((item, at) => (
                  <li key={at}>{words(item)}</li>
                ))}
              </List>
            );
          }
          default:
            return <p key={n}>{lines(block.lines)}</p>;
        }
      })}
    </div>
  );
}

function lines(all: Inline[][]): ReactNode {
  return all.map((line, n) => (
    <Fragment key={n}>
      {n > 0 && <br />}
      {words(line)}
    </Fragment>
  ));
}

function words(all: Inline[]): ReactNode {
  return all.map((part, n) => {
    switch (part.kind) {
      case 'text':
        return <Fragment key={n}>{part.text}</Fragment>;
      case 'code':
        return (
          <code key={n} className="rounded-sm bg-sunken px-1 font-mono text-xs">
            {part.text}
          </code>
        );
      case 'strong':
        return <strong key={n}>{words(part.inner)}</strong>;
      case 'em':
        return <em key={n}>{words(part.inner)}</em>;
      case 'strike':
        return <s key={n}>{words(part.inner)}</s>;
      default:
        return (
          <a
            key={n}
            href={part.href}
            target="_blank"
            rel="noopener noreferrer nofollow"
            className="text-brand-ink underline underline-offset-2"
          >
            {words(part.inner)}
          </a>
        );
    }
  });
}
