import type { ImportPreview } from '@/lib/api';
import { Counts } from './counts';

/** What the settings would do, and which rows would fail. */
export function DryRun({ preview, total }: { preview: ImportPreview; total: number }) {
  const { rows, created, changed, unchanged, failed } = preview;
  const errors = preview.errors ?? [];
  const number = (n: number) => new Intl.NumberFormat().format(n);
  return (
    <section aria-labelledby="dry-run" className="flex flex-col gap-3">
      <h2 id="dry-run" className="font-semibold text-base">
        What would happen
      </h2>
      <p role="status" className="text-ink-2">
        {rows < total
          ? `The first ${number(rows)} of ${number(total)} rows were tried. Nothing has been changed.`
          : `All ${number(rows)} rows were tried. Nothing has been changed.`}
      </p>
      <Counts
        label="Tried"
        counts={[
          { label: 'New contacts', value: created },
          { label: 'Changed', value: changed },
          { label: 'Nothing new', value: unchanged },
          { label: 'Would fail', value: failed, bad: failed > 0 },
        ]}
      />
      {errors.length > 0 && (
        <div>
          <h3 className="mb-1.5 font-medium text-ink-2 text-xs">
            {errors.length < failed
              ? `The first ${number(errors.length)} of them`
              : 'These rows would be left out; the others go on'}
          </h3>
          <ul className="divide-y divide-line rounded-md border border-line text-xs">
            {errors.map(({ row, error }, n) => (
              <li key={n} data-testid="row-error" className="flex gap-3 px-3 py-1.5">
                <span className="tabular w-16 shrink-0 text-ink-3">Row {number(row)}</span>
                <span className="min-w-0">{error}</span>
              </li>
            ))}
          </ul>
        </div>
      )}
    </section>
  );
}
