import { ChevronDown } from 'lucide-react';
import { useId, useState } from 'react';
import { cx } from '@/lib/cx';
import { Field } from '@/ui/field';
import { IconButton } from '@/ui/icon-button';
import { TagsInput } from '@/ui/tags-input';
import { askAll, askOne, nouns, others } from '../model';

interface Props {
  value: readonly string[];
  error?: string;
  onChange: (events: string[]) => void;
}

/** What a webhook hears of: everything, all of a noun, or single kinds. */
export function EventChoice({ value, error, onChange }: Props) {
  const id = useId();
  const [open, setOpen] = useState<string | null>(null);
  const everything = value.includes('*');
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
      {!everything && (
        <>
          <ul className="divide-y divide-line rounded-md border border-line">
            {nouns.map((noun) => {
              const all = value.includes(`${noun.name}.*`);
              const some = Object.keys(noun.kinds).some((kind) => value.includes(`${noun.name}.${kind}`));
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
                      {Object.entries(noun.kinds).map(([kind, label]) => (
                        <label key={kind} className="flex min-h-7 items-center gap-2.5">
                          <input
                            type="checkbox"
                            className="size-4 accent-brand"
                            checked={all || value.includes(`${noun.name}.${kind}`)}
                            onChange={({ target }) => onChange(askOne(value, noun, kind, target.checked))}
                          />
                          {label}
                          <code className="ms-auto truncate font-mono text-2xs text-ink-3">
                            {noun.name}.{kind}
                          </code>
                        </label>
                      ))}
                    </div>
                  )}
                </li>
              );
            })}
          </ul>
          <div className="mt-3">
            <Field label="Other kinds" hint="As programs write them: contact.exported." optional>
              {(slot) => (
                <TagsInput
                  {...slot}
                  value={others(value)}
                  onChange={(kinds) =>
                    onChange([...value.filter((event) => !others([event]).length), ...kinds])
                  }
                />
              )}
            </Field>
          </div>
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
