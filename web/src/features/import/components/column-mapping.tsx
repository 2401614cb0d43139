import type { ImportDetail } from '@/lib/api';
import { cx } from '@/lib/cx';
import { Select } from '@/ui/select';
import { mapColumn, samplesOf, type Target } from '../model';

interface Props {
  detail: ImportDetail;
  targets: readonly Target[];
  fields: readonly string[];
  faults: Record<number, string>;
  onChange: (fields: string[]) => void;
}

/** What each column of the file means, beside what stands in it. */
export function ColumnMapping({ detail, targets, fields, faults, onChange }: Props) {
  const groups = [...new Set(targets.map(({ group }) => group))];
  return (
    <ul aria-label="Columns" className="divide-y divide-line overflow-hidden rounded-md border border-line">
      {(detail.columns ?? []).map((column, n) => {
        const samples = samplesOf(detail, n);
        const name = column || `Column ${n + 1}`;
        const fault = faults[n];
        const note = fault ? `column-${n}` : undefined;
        return (
          <li key={n} data-testid="column" className="grid gap-x-4 gap-y-1.5 px-3 py-2.5 sm:grid-cols-2">
            <div className="min-w-0">
              <p className="truncate font-medium">{name}</p>
              <p className="truncate text-ink-3 text-xs">
                {samples.length > 0 ? samples.slice(0, 3).join(' · ') : 'Nothing in the first rows'}
              </p>
            </div>
            <div className="min-w-0">
              <Select
                aria-label={`What “${name}” means`}
                aria-invalid={fault ? true : undefined}
                aria-describedby={note}
                value={fields[n] ?? ''}
                className={cx(!fields[n] && 'text-ink-3')}
                onChange={({ target }) => onChange(mapColumn(fields, n, target.value))}
              >
                <option value="">Leave it out</option>
                {groups.map((group) => (
                  <optgroup key={group} label={group}>
                    {targets
                      .filter((item) => item.group === group)
                      .map(({ key, label }) => (
                        <option key={key} value={key}>
                          {label}
                        </option>
                      ))}
                  </optgroup>
                ))}
              </Select>
              {fault && (
                <p id={note} role="alert" className="mt-1 text-bad text-xs">
                  {fault}
                </p>
              )}
            </div>
          </li>
        );
      })}
    </ul>
  );
}
