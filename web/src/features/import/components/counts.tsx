import { cx } from '@/lib/cx';

interface Props {
  label: string;
  counts: { label: string; value: number; bad?: boolean }[];
}

/** A few numbers side by side. */
export function Counts({ label, counts }: Props) {
  return (
    <dl
      aria-label={label}
      className="grid grid-cols-2 overflow-hidden rounded-md border border-line sm:grid-cols-4"
    >
      {counts.map((item, n) => (
        <div
          key={item.label}
          className={cx(
            'flex flex-col-reverse px-3 py-2',
            n % 2 === 1 && 'border-line border-s',
            n > 1 && 'border-line border-t sm:border-t-0 sm:border-s',
          )}
        >
          <dt className="text-ink-3 text-xs">{item.label}</dt>
          <dd className={cx('tabular font-semibold text-lg', item.bad && 'text-bad')}>
            {new Intl.NumberFormat().format(item.value)}
          </dd>
        </div>
      ))}
    </dl>
  );
}
