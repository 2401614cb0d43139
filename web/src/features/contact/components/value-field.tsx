import { Input } from '@/ui/input';
import { Select } from '@/ui/select';
import { TagsInput } from '@/ui/tags-input';
import { Textarea } from '@/ui/textarea';
import type { CellDraft } from '../cell';
import type { Column } from '../columns';

interface Props {
  column: Column;
  draft: CellDraft;
  people: { value: string; label: string }[];
  /** What ties it to its name and its error. */
  slot: {
    id?: string;
    'aria-label'?: string;
    'aria-invalid'?: true;
    'aria-describedby'?: string;
  };
  onChange: (draft: CellDraft) => void;
  /** One of a few was chosen: there is nothing more to type. */
  onPick: (draft: CellDraft) => void;
}

const types: Record<string, string> = {
  date: 'date',
  date_time: 'datetime-local',
  email: 'email',
  phone: 'tel',
};

/** The control in which a value of a column's kind is typed or chosen. */
export function ValueField({ column, draft, people, slot, onChange, onPick }: Props) {
  const { kind, label, options } = column;
  const text = typeof draft === 'string' ? draft : '';
  const list = Array.isArray(draft) ? draft : [];
  if (kind === 'tags')
    return (
      <span className="block [&_input]:w-full" {...slot}>
        <TagsInput value={list} onChange={onChange} />
      </span>
    );
  if (kind === 'multi_select')
    return (
      <fieldset className="flex flex-col rounded-md bg-raised p-1.5 shadow-pop">
        <legend className="sr-only">{label}</legend>
        {options?.map((option) => (
          <label key={option.value} className="flex h-7 items-center gap-2 px-1">
            <input
              type="checkbox"
              checked={list.includes(option.value)}
              onChange={({ target }) =>
                onChange(
                  target.checked ? [...list, option.value] : list.filter((one) => one !== option.value),
                )
              }
              className="size-4 accent-brand"
            />
            {option.label}
          </label>
        ))}
      </fieldset>
    );
  if (kind === 'select' || kind === 'person' || kind === 'checkbox')
    return (
      <Select {...slot} value={text} onChange={({ target }) => onPick(target.value)}>
        <option value="">{kind === 'person' ? 'Nobody' : 'Empty'}</option>
        {choices(column, people).map((option) => (
          <option key={option.value} value={option.value}>
            {option.label}
          </option>
        ))}
      </Select>
    );
  if (kind === 'long_text')
    return <Textarea {...slot} value={text} onChange={({ target }) => onChange(target.value)} />;
  return (
    <Input
      {...slot}
      type={types[kind] ?? 'text'}
      inputMode={kind === 'number' || kind === 'money' ? 'decimal' : undefined}
      value={text}
      autoComplete="off"
      onChange={({ target }) => onChange(target.value)}
    />
  );
}

function choices({ kind, options = [] }: Column, people: Props['people']) {
  if (kind === 'person') return people;
  if (kind === 'checkbox')
    return [
      { value: 'true', label: 'Yes' },
      { value: 'false', label: 'No' },
    ];
  return options;
}
