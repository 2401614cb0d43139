import { ArrowDown, ArrowUp, Columns3 } from 'lucide-react';
import { useState } from 'react';
import { Button } from '@/ui/button';
import { IconButton } from '@/ui/icon-button';
import { Input } from '@/ui/input';
import { Popover } from '@/ui/popover';
import { type Column, defaultColumns } from '../columns';

interface Props {
  all: Column[];
  chosen: Column[];
  onChoose: (keys: string[]) => void;
}

/** Which columns the table has, and in which order. The name stays where it is. */
export function ColumnChooser({ all, chosen, onChoose }: Props) {
  const [query, setQuery] = useState('');
  const keys = chosen.map(({ key }) => key);
  const rest = all.filter(({ key }) => !keys.includes(key));
  const found = [...chosen, ...rest].filter(
    ({ key, label }) => key !== 'name' && label.toLowerCase().includes(query.toLowerCase()),
  );
  const move = (key: string, step: number) => {
    const next = keys.filter((one) => one !== key);
    next.splice(keys.indexOf(key) + step, 0, key);
    onChoose(next);
  };
  return (
    <Popover
      label="Columns"
      align="end"
      trigger={
        <Button look="ghost" icon={Columns3}>
          Columns
        </Button>
      }
    >
      <div className="shrink-0 border-line border-b p-2">
        <Input
          type="search"
          aria-label="Find a column"
          placeholder="Find a column"
          value={query}
          onChange={({ target }) => setQuery(target.value)}
        />
      </div>
      <ul className="scroll-thin max-h-80 overflow-y-auto p-1">
        {found.map(({ key, label }) => {
          const at = keys.indexOf(key);
          return (
            <li key={key} className="flex h-8 items-center rounded-md ps-2 hover:bg-hover">
              <label className="flex min-w-0 flex-1 items-center gap-2">
                <input
                  type="checkbox"
                  checked={at >= 0}
                  onChange={({ target }) =>
                    onChoose(target.checked ? [...keys, key] : keys.filter((one) => one !== key))
                  }
                  className="size-4 accent-brand"
                />
                <span className="truncate">{label}</span>
              </label>
              {at > 0 && (
                <>
                  <IconButton
                    icon={ArrowUp}
                    label={`${label}: further to the front`}
                    disabled={at <= 1}
                    onClick={() => move(key, -1)}
                  />
                  <IconButton
                    icon={ArrowDown}
                    label={`${label}: further to the back`}
                    disabled={at === keys.length - 1}
                    onClick={() => move(key, 1)}
                  />
                </>
              )}
            </li>
          );
        })}
      </ul>
      <div className="shrink-0 border-line border-t p-2">
        <Button size="sm" look="ghost" onClick={() => onChoose(defaultColumns)}>
          As it was at first
        </Button>
      </div>
    </Popover>
  );
}
