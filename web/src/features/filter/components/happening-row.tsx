import { X } from 'lucide-react';
import type { FilterRelation } from '@/lib/api';
import { Button } from '@/ui/button';
import { IconButton } from '@/ui/icon-button';
import { Select } from '@/ui/select';
import { emptyGroup, type Happening, type Times } from '../model';
import { EndsValue } from './ends-value';
import { NotToggle } from './not-toggle';
import { NumberValue } from './number-value';
import { PeriodValue } from './period-value';

interface Props {
  part: Happening;
  relation: FilterRelation | undefined;
  error?: string;
  incomplete: boolean;
  onChange: (part: Happening | null) => void;
  /** The group of what is asked of each record. */
  children: React.ReactNode;
}

/** How often something happened, or how many records there are: "at least 2 messages delivered in the last 30 days". */
export function HappeningRow({ part, relation, error, incomplete, onChange, children }: Props) {
  const many = relation?.many ?? part.name;
  const times = part.times ?? { op: 'at_least', value: 1 };
  const slot = (what: string) => ({
    'aria-label': `${many}: ${what}`,
    'aria-invalid': error ? true : undefined,
  });
  const problem = relation ? error : 'This can’t be asked here any more.';
  return (
    <div className="flex flex-col gap-2">
      <div className="flex flex-wrap items-center gap-2">
        <NotToggle not={part.not} onChange={(not) => onChange({ ...part, not })} />
        <span>has</span>
        <Select
          aria-label={`${many}: how often`}
          value={times.op}
          onChange={({ target }) => onChange({ ...part, times: retimed(times, target.value as Times['op']) })}
        >
          <option value="at_least">at least</option>
          <option value="at_most">at most</option>
          <option value="is">exactly</option>
          <option value="between">between</option>
        </Select>
        {times.op === 'between' ? (
          <EndsValue
            value={times.value}
            onChange={(value) =>
              onChange({ ...part, times: { op: 'between', value: value as { from?: number } } })
            }
          >
            {(value, change, end) => <NumberValue value={value} onChange={change} slot={slot(end)} />}
          </EndsValue>
        ) : (
          <NumberValue
            value={times.value}
            onChange={(value) => onChange({ ...part, times: { op: times.op, value: value as number } })}
            slot={slot('number')}
          />
        )}
        <span className="font-medium">{many}</span>
        {relation?.within && (
          <Select
            aria-label={`${many}: when`}
            value={part.within ? 'within' : 'ever'}
            onChange={({ target }) =>
              onChange({ ...part, within: target.value === 'within' ? { days: 30 } : undefined })
            }
          >
            <option value="ever">ever</option>
            <option value="within">in the last</option>
          </Select>
        )}
        {part.within && (
          <PeriodValue
            value={part.within}
            onChange={(within) => onChange({ ...part, within: within as Happening['within'] })}
            slot={slot('period')}
          />
        )}
        {relation && relation.fields.length > 0 && !part.where && (
          <Button size="sm" look="ghost" onClick={() => onChange({ ...part, where: emptyGroup() })}>
            of which…
          </Button>
        )}
        <IconButton
          icon={X}
          label={`Remove the condition on ${many}`}
          onClick={() => onChange(null)}
          className="ms-auto"
        />
      </div>
      {children}
      {problem ? (
        <p role="alert" className="text-bad text-xs">
          {problem}
        </p>
      ) : (
        incomplete && <p className="text-ink-3 text-xs">Not asked yet: a number is missing.</p>
      )}
    </div>
  );
}

function retimed(times: Times, op: Times['op']): Times {
  const least = times.op === 'between' ? (times.value.from ?? 1) : times.value;
  return op === 'between' ? { op, value: { from: least, to: least + 1 } } : { op, value: least };
}
