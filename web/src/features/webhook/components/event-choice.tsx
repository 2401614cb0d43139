import { useQuery } from '@tanstack/react-query';
import { ChevronDown } from 'lucide-react';
import { useId, useState } from 'react';
import { cx } from '@/lib/cx';
import { Failure } from '@/ui/failure';
import { Field } from '@/ui/field';
import { IconButton } from '@/ui/icon-button';
import { Skeleton } from '@/ui/skeleton';
import { TagsInput } from '@/ui/tags-input';
import { nounsQuery } from '../api';
import { askAll, askOne, others } from '../model';

interface Props {
  value: readonly string[];
  error?: string;
  onChange: (events: string[]) => void;
}

/** What a webhook hears of: everything, all of a noun, or single kinds. */
export function EventChoice({ value, error, onChange }: Props) {
  const id = useId();
  const { data: nouns, error: missing, refetch } = useQuery(nounsQuery);
  const [open, setOpen] = useState<string | null>(null);
  const everything = value.includes('*');
  const strange = nouns ? others(value, nouns) : [];
  return (
    <fieldset className="flex min-w-0 flex-col gap-1" aria-describedby={error ? `${id}-error` : undefined}>
      <legend className="mb-1 font-medium text-ink-2 text-xs">What it hears of</legend>
      <label className="flex min-h-7 items-center gap-2.5">
        <input
          type="checkbox"
          className="size-4 accent-brand"
          checked={everything}
          onChange={({ target }) => onChange(target.checked ? ['*'] : [])}
        />
        Everything, what comes later too
      </label>
      {!everything &&
        !nouns &&
        (missing ? <Failure error={missing} retry={() => void refetch()} /> : <Skeleton className="h-64" />)}
      {!everything && nouns && (
        <>
          <ul className="divide-y divide-line rounded-md border border-line">
            {nouns.map((noun) => {
              const all = value.includes(`${noun.name}.*`);
              const some = noun.kinds.some(({ name }) => value.includes(name));
              return (
                <li key={noun.name} className="px-2.5 py-0.5">
                  <div className="flex items-center justify-between gap-2">
                    <label className="flex min-h-7 flex-1 items-center gap-2.5">
                      <input
                        type="checkbox"
                        className="size-4 accent-brand"
                        checked={all}
                        ref={(box) => {
                          if (box) box.indeterminate = some && !all;
                        }}
                        onChange={() => onChange(askAll(value, noun, !all))}
                      />
                      {noun.label}
                    </label>
                    <IconButton
                      icon={ChevronDown}
                      label={`Choose among ${noun.label.toLowerCase()}`}
                      aria-expanded={open === noun.name}
                      onClick={() => setOpen(open === noun.name ? null : noun.name)}
                      className={cx('transition-transform', open === noun.name && 'rotate-180')}
                    />
                  </div>
                  {open === noun.name && (
                    <div className="flex flex-col ps-6.5 pb-1.5">
                      {noun.kinds.map(({ name, title, when }) => (
                        <label key={name} className="flex items-start gap-2.5 py-1">
                          <input
                            type="checkbox"
                            className="mt-0.5 size-4 shrink-0 accent-brand"
                            checked={all || value.includes(name)}
                            onChange={({ target }) => onChange(askOne(value, noun, name, target.checked))}
                          />
                          <span className="min-w-0">
                            {title}
                            <span className="block text-ink-3 text-xs">{when}</span>
                            <code className="block break-all font-mono text-2xs text-ink-3">{name}</code>
                          </span>
                        </label>
                      ))}
                    </div>
                  )}
                </li>
              );
            })}
          </ul>
          {strange.length > 0 && (
            <div className="mt-3">
              <Field label="Not sent any more" hint="Asked for once; there are no such events now." optional>
                {(slot) => (
                  <TagsInput
                    {...slot}
                    value={strange}
                    onChange={(kinds) =>
                      onChange([...value.filter((event) => !strange.includes(event)), ...kinds])
                    }
                  />
                )}
              </Field>
            </div>
          )}
        </>
      )}
      {error && (
        <p id={`${id}-error`} role="alert" className="text-bad text-xs">
          {error}
        </p>
      )}
    </fieldset>
  );
}
