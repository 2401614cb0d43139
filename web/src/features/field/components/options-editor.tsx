import { Archive, ArchiveRestore, ArrowDown, ArrowUp, Plus, X } from 'lucide-react';
import type { FieldOption } from '@/lib/api';
import { Button } from '@/ui/button';
import { IconButton } from '@/ui/icon-button';
import { Input } from '@/ui/input';

interface Props {
  value: FieldOption[];
  error?: string;
  onChange: (value: FieldOption[]) => void;
}

/** The choices of a select field, in their order. One that is in use is archived, never lost. */
export function OptionsEditor({ value, error, onChange }: Props) {
  const change = (n: number, next: Partial<FieldOption>) =>
    onChange(value.map((item, at) => (at === n ? { ...item, ...next } : item)));
  const move = (n: number, step: number) => {
    const next = [...value];
    const [item] = next.splice(n, 1);
    if (item) next.splice(n + step, 0, item);
    onChange(next);
  };
  return (
    <fieldset className="flex min-w-0 flex-col gap-1.5">
      <legend className="mb-1 font-medium text-ink-2 text-xs">Choices</legend>
      {value.map((option, n) => (
        <div key={n} className="flex items-center gap-0.5">
          <Input
            aria-label={`Choice ${n + 1}`}
            autoComplete="off"
            value={option.label}
            disabled={option.archived}
            onChange={({ target }) => change(n, { label: target.value })}
          />
          <IconButton
            icon={ArrowUp}
            label={`Move choice ${n + 1} up`}
            disabled={n === 0}
            onClick={() => move(n, -1)}
          />
          <IconButton
            icon={ArrowDown}
            label={`Move choice ${n + 1} down`}
            disabled={n === value.length - 1}
            onClick={() => move(n, 1)}
          />
          <IconButton
            icon={option.archived ? ArchiveRestore : option.key ? Archive : X}
            label={
              option.archived
                ? `Offer choice ${n + 1} again`
                : option.key
                  ? `Offer choice ${n + 1} no more`
                  : `Remove choice ${n + 1}`
            }
            onClick={() =>
              option.key
                ? change(n, { archived: !option.archived })
                : onChange(value.filter((_, at) => at !== n))
            }
          />
        </div>
      ))}
      {error && (
        <p role="alert" className="text-bad text-xs">
          {error}
        </p>
      )}
      <Button
        look="ghost"
        size="sm"
        icon={Plus}
        className="self-start"
        onClick={() => onChange([...value, { label: '' }])}
      >
        Another choice
      </Button>
      <p className="text-ink-3 text-xs">Whoever has a choice that is no longer offered keeps it.</p>
    </fieldset>
  );
}
