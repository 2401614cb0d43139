import type { ReactNode } from 'react';

interface Props {
  rows: readonly { label: string; value: ReactNode }[];
}

/** What is known of a record, for whoever may only read it. What is empty is left out. */
export function Facts({ rows }: Props) {
  const known = rows.filter(
    ({ value }) => value !== undefined && value !== null && value !== '' && value !== false,
  );
  return (
    <dl className="grid grid-cols-[minmax(72px,112px)_minmax(0,1fr)] gap-x-4 gap-y-2">
      {known.map(({ label, value }) => (
        <div key={label} className="contents">
          <dt className="wrap-anywhere text-ink-3">{label}</dt>
          <dd className="wrap-anywhere min-w-0">{value}</dd>
        </div>
      ))}
    </dl>
  );
}
