import { useQuery } from '@tanstack/react-query';
import { Plus, X } from 'lucide-react';
import { useState } from 'react';
import { explain } from '@/lib/api';
import { useDebounced } from '@/lib/debounce';
import { Field } from '@/ui/field';
import { IconButton } from '@/ui/icon-button';
import { Input } from '@/ui/input';
import { recordQuery, recordsQuery, type Target } from '../records';
import { refusedValues } from '../refusal';

interface Props {
  account: string;
  target: Target;
  label: string;
  /** The id of the chosen one; empty for none. */
  value: string;
  error?: string;
  /** Ids that are no choice. */
  without?: readonly string[];
  onChange: (id: string) => void;
  /** Makes one of that name and answers its id; absent where none may be made. */
  onCreate?: (name: string) => Promise<string>;
}

/** Chooses a contact or a company by a part of its name. */
export function RecordPicker(props: Props) {
  const { account, target, label, value, error, without = [], onChange, onCreate } = props;
  const [draft, setDraft] = useState('');
  const [words, setWords] = useState('');
  const [open, setOpen] = useState(false);
  const search = useDebounced(setWords, 200);
  const chosen = useQuery({ ...recordQuery(account, target, value), enabled: value !== '' });
  const found = useQuery({ ...recordsQuery(account, target, words), enabled: open });
  const choices = found.data?.filter(({ id }) => !without.includes(id));
  const [problem, setProblem] = useState<string>();
  const [making, setMaking] = useState(false);
  const create = async (name: string) => {
    if (making) return;
    setProblem(undefined);
    setMaking(true);
    try {
      choose((await onCreate?.(name)) ?? '');
    } catch (failure) {
      // Its custom fields are asked where there is room for them.
      setProblem(
        refusedValues(failure).length > 0
          ? 'It needs more than a name here: make it in its own list.'
          : explain(failure),
      );
    } finally {
      setMaking(false);
    }
  };
  const choose = (id: string) => {
    setOpen(false);
    setDraft('');
    setWords('');
    onChange(id);
  };
  if (value !== '')
    return (
      <Field label={label} error={error}>
        {(slot) => (
          <span className="flex items-center gap-1">
            <Input
              {...slot}
              readOnly
              value={chosen.data?.name ?? (chosen.error ? 'No longer here' : '…')}
              className="bg-sunken"
            />
            <IconButton icon={X} label={`Take ${label} away`} onClick={() => choose('')} />
          </span>
        )}
      </Field>
    );
  return (
    <Field label={label} error={problem ?? error}>
      {(slot) => (
        <div>
          <Input
            {...slot}
            autoComplete="off"
            placeholder={target === 'company' ? 'Find a company' : 'Find a contact'}
            value={draft}
            onFocus={() => setOpen(true)}
            onChange={({ target: input }) => {
              setDraft(input.value);
              search(input.value.trim());
            }}
          />
          {open && choices && (
            <ul aria-label={`${label}: found`} className="mt-1 rounded-md border border-line py-1">
              {choices.map((item) => (
                <li key={item.id}>
                  <button
                    type="button"
                    onClick={() => choose(item.id)}
                    className="flex h-7 w-full items-center gap-2 px-2.5 text-start hover:bg-hover"
                  >
                    <span className="truncate">{item.name || item.note}</span>
                    {item.name && <span className="ms-auto truncate text-ink-3 text-xs">{item.note}</span>}
                  </button>
                </li>
              ))}
              {choices.length === 0 && <li className="px-2.5 py-1 text-ink-3 text-xs">None fits.</li>}
              {onCreate && words !== '' && (
                <li>
                  <button
                    type="button"
                    aria-disabled={making}
                    onClick={() => void create(words)}
                    className="flex h-7 w-full items-center gap-1.5 px-2.5 text-start text-brand-ink hover:bg-hover"
                  >
                    <Plus aria-hidden size={14} className="shrink-0" />
                    <span className="truncate">Make “{words}”</span>
                  </button>
                </li>
              )}
            </ul>
          )}
        </div>
      )}
    </Field>
  );
}
