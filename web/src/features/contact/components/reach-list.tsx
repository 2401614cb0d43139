import { Ellipsis, Plus, Star, Trash2, TriangleAlert } from 'lucide-react';
import { type ComponentProps, useId } from 'react';
import { Badge } from '@/ui/badge';
import { Button } from '@/ui/button';
import { IconButton } from '@/ui/icon-button';
import { Input } from '@/ui/input';
import { Menu } from '@/ui/menu';
import { reachStates as states } from '../model';
import type { Reach } from '../schema';

interface Props {
  /** "Phone": the first is called that, the others get a number. */
  label: string;
  hint?: string;
  value: Reach[];
  errors: (string | undefined)[];
  /** Of all of them together, as a refusal says it. */
  error?: string;
  input: ComponentProps<'input'>;
  onChange: (value: Reach[]) => void;
}

const blank: Reach = { address: '', label: '', primary: false, state: 'ok' };

/** Any number of addresses or numbers: one primary, each with what it is for and what is known of it. */
export function ReachList({ label, hint, value, errors, error, input, onChange }: Props) {
  const id = useId();
  const rows = value.length > 0 ? value : [{ ...blank, primary: true }];
  const change = (n: number, next: Partial<Reach>) =>
    onChange(rows.map((row, at) => (at === n ? { ...row, ...next } : row)));
  const prefer = (n: number) => onChange(rows.map((row, at) => ({ ...row, primary: at === n })));
  const remove = (n: number) => {
    const left = rows.filter((_, at) => at !== n);
    if (rows[n]?.primary && left[0]) left[0] = { ...left[0], primary: true };
    onChange(left);
  };
  return (
    <fieldset className="flex min-w-0 flex-col gap-1.5">
      <legend className="sr-only">{label}</legend>
      {rows.map((row, n) => {
        const name = n === 0 ? label : `${label} ${n + 1}`;
        const fault = errors[n] ?? (n === 0 ? error : undefined);
        const note = fault ? `${id}-${n}-note` : undefined;
        return (
          <div key={n} className="flex flex-col gap-1">
            <div className="flex items-center justify-between gap-2">
              <label htmlFor={`${id}-${n}`} className="font-medium text-ink-2 text-xs">
                {name}
              </label>
              <span className="flex gap-1">
                {rows.length > 1 && row.primary && <Badge tone="info">Primary</Badge>}
                {row.state !== 'ok' && <Badge tone="bad">{states[row.state]}</Badge>}
              </span>
            </div>
            <div className="flex items-center gap-1.5">
              <Input
                {...input}
                id={`${id}-${n}`}
                aria-invalid={fault ? true : undefined}
                aria-describedby={note}
                autoComplete="off"
                value={row.address}
                onChange={({ target }) => change(n, { address: target.value })}
              />
              <Input
                aria-label={`What ${name} is for`}
                placeholder="Label"
                maxLength={50}
                autoComplete="off"
                value={row.label}
                onChange={({ target }) => change(n, { label: target.value })}
                className="max-w-24"
              />
              <Menu
                trigger={<IconButton icon={Ellipsis} label={`More for ${name}`} />}
                groups={[
                  row.primary
                    ? []
                    : [{ label: 'Make it the primary one', icon: Star, onSelect: () => prefer(n) }],
                  (Object.keys(states) as Reach['state'][]).map((state) => ({
                    label: states[state],
                    icon: state === 'ok' ? undefined : TriangleAlert,
                    checked: row.state === state,
                    onSelect: () => change(n, { state }),
                  })),
                  value.length > 0
                    ? [{ label: 'Remove', icon: Trash2, tone: 'bad' as const, onSelect: () => remove(n) }]
                    : [],
                ].filter((group) => group.length > 0)}
              />
            </div>
            {fault ? (
              <p id={note} role="alert" className="text-bad text-xs">
                {fault}
              </p>
            ) : (
              hint && n === 0 && <p className="text-ink-3 text-xs">{hint}</p>
            )}
          </div>
        );
      })}
      {value.some(({ address }) => address !== '') && (
        <Button
          look="ghost"
          size="sm"
          icon={Plus}
          className="self-start"
          onClick={() => onChange([...rows, { ...blank }])}
        >
          Another {label.toLowerCase()}
        </Button>
      )}
    </fieldset>
  );
}
