import { ChevronDown, X } from 'lucide-react';
import { useId } from 'react';
import type { FilterField } from '@/lib/api';
import { Button } from '@/ui/button';
import { IconButton } from '@/ui/icon-button';
import { Picker, type PickerGroup } from '@/ui/picker';
import { Select } from '@/ui/select';
import { type Clause, newClause, withOp } from '../model';
import type { Choice } from '../value';
import { heading, opWords } from '../words';
import { NotToggle } from './not-toggle';
import { ValueEditor } from './value-editor';

interface Props {
  clause: Clause;
  fields: readonly FilterField[];
  groups: PickerGroup[];
  choices?: Choice[];
  error?: string;
  incomplete: boolean;
  onChange: (clause: Clause | null) => void;
}

/** One condition: field, operator, value. */
export function ClauseRow({ clause, fields, groups, choices, error, incomplete, onChange }: Props) {
  const note = useId();
  const field = fields.find(({ field: name }) => name === clause.field);
  const label = heading(field?.label ?? clause.field);
  const change = (name: string) => {
    const next = fields.find((one) => one.field === name);
    if (next) onChange({ ...newClause(next), id: clause.id, not: clause.not });
  };
  const problem = field
    ? error
    : 'This field is not there any more. Choose another one, or remove the condition.';
  return (
    <div>
      <div className="flex flex-wrap items-center gap-2">
        <NotToggle not={clause.not} onChange={(not) => onChange({ ...clause, not })} />
        <Picker
          label="Field"
          value={clause.field}
          groups={groups}
          onPick={change}
          trigger={
            <Button className="max-w-60">
              <span className="truncate">{label}</span>
              <ChevronDown aria-hidden size={14} className="shrink-0 text-ink-3" />
            </Button>
          }
        />
        {field && (
          <>
            <Select
              aria-label={`${label}: operator`}
              value={clause.op}
              onChange={({ target }) => onChange(withOp(clause, field, target.value))}
            >
              {field.ops.map((op) => (
                <option key={op} value={op}>
                  {opWords(op, field.kind)}
                </option>
              ))}
            </Select>
            <ValueEditor
              key={`${clause.field}.${clause.op}`}
              field={field}
              op={clause.op}
              value={clause.value}
              choices={choices}
              onChange={(value) => onChange({ ...clause, value })}
              slot={{
                'aria-label': `${label}: value`,
                'aria-invalid': problem ? true : undefined,
                'aria-describedby': problem || incomplete ? note : undefined,
              }}
            />
          </>
        )}
        <IconButton
          icon={X}
          label={`Remove the condition on ${label}`}
          onClick={() => onChange(null)}
          className="ms-auto"
        />
      </div>
      {problem ? (
        <p id={note} role="alert" className="mt-1 text-bad text-xs">
          {problem}
        </p>
      ) : (
        incomplete && (
          <p id={note} className="mt-1 text-ink-3 text-xs">
            Not asked yet: it has no value.
          </p>
        )
      )}
    </div>
  );
}
