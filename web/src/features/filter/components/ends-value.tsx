import type { ReactNode } from 'react';

interface Props {
  value: unknown;
  onChange: (value: unknown) => void;
  children: (value: unknown, onChange: (value: unknown) => void, end: string) => ReactNode;
}

/** From and to; both belong to it. */
export function EndsValue({ value, onChange, children }: Props) {
  const ends = (typeof value === 'object' && value !== null ? value : {}) as { from?: unknown; to?: unknown };
  return (
    <span className="flex flex-wrap items-center gap-2">
      {children(ends.from, (from) => onChange({ ...ends, from }), 'from')}
      <span className="text-ink-3">and</span>
      {children(ends.to, (to) => onChange({ ...ends, to }), 'to')}
    </span>
  );
}
