import { X } from 'lucide-react';
import type { Place } from '@/features/access';
import { Button } from '@/ui/button';
import { Input } from '@/ui/input';
import { SearchInput } from '@/ui/search-input';
import { Select } from '@/ui/select';
import type { AuditSearch } from '../search';
import { actorKinds, agencyGroups, deedOf, recordGroups } from '../words';

interface Props {
  place: Place;
  people: { id: string; name: string }[];
  search: AuditSearch;
  onSearch: (next: AuditSearch) => void;
}

/** Who, what, to which sort of record, and when. */
export function AuditFilters({ place, people, search, onSearch }: Props) {
  const { who, action, kind, record, field, from, to, account } = search;
  const set = (next: AuditSearch) => onSearch({ ...search, ...next });
  const known = actorKinds.some(({ value }) => value === who) || people.some(({ id }) => id === who);
  const groups = 'agency' in place ? agencyGroups : recordGroups;
  const any = groups.some(({ value }) => action === `${value}.*`);
  return (
    <search
      aria-label="Narrow the changes"
      className="grid shrink-0 grid-cols-2 items-center gap-2 border-line border-b px-4 py-2 sm:flex sm:flex-wrap"
    >
      <Select
        aria-label="Who"
        value={who ?? ''}
        onChange={({ target }) => set({ who: target.value || undefined })}
        className="sm:max-w-44"
      >
        <option value="">Anybody</option>
        {who && !known && <option value={who}>One actor</option>}
        <optgroup label="Kinds">
          {actorKinds.map(({ value, label }) => (
            <option key={value} value={value}>
              {label}
            </option>
          ))}
        </optgroup>
        {people.length > 0 && (
          <optgroup label="People">
            {people.map(({ id, name }) => (
              <option key={id} value={id}>
                {name}
              </option>
            ))}
          </optgroup>
        )}
      </Select>
      <Select
        aria-label="What was done"
        value={action ?? ''}
        onChange={({ target }) => set({ action: target.value || undefined })}
        className="sm:max-w-52"
      >
        <option value="">Anything</option>
        {action && !any && <option value={action}>{sentence(deedOf(action))}</option>}
        {groups.map(({ value, label }) => (
          <option key={value} value={`${value}.*`}>
            {label}
          </option>
        ))}
      </Select>
      {'account' in place && (
        <>
          <Select
            aria-label="Kind of record"
            value={kind ?? ''}
            onChange={({ target }) => set({ kind: target.value || undefined })}
            className="sm:max-w-44"
          >
            <option value="">Any record</option>
            {kind && !groups.some(({ value }) => value === kind) && <option value={kind}>{kind}</option>}
            {groups.map(({ value, label }) => (
              <option key={value} value={value}>
                {label}
              </option>
            ))}
          </Select>
          <span className="col-span-2 flex sm:contents">
            <SearchInput
              label="Changed field"
              value={field ?? ''}
              onChange={(text) => set({ field: text || undefined })}
            />
          </span>
        </>
      )}
      <span className="col-span-2 flex items-center gap-1.5">
        <Input
          type="date"
          aria-label="From"
          max={to}
          value={from ?? ''}
          onChange={({ target }) => set({ from: target.value || undefined })}
          className="min-w-0 flex-1 sm:w-34 sm:flex-none"
        />
        <span aria-hidden className="text-ink-3">
          –
        </span>
        <Input
          type="date"
          aria-label="To"
          min={from}
          value={to ?? ''}
          onChange={({ target }) => set({ to: target.value || undefined })}
          className="min-w-0 flex-1 sm:w-34 sm:flex-none"
        />
      </span>
      {record && (
        <Button size="sm" icon={X} onClick={() => set({ record: undefined })}>
          One record only
        </Button>
      )}
      {account && (
        <Button size="sm" icon={X} onClick={() => set({ account: undefined })}>
          One sub-account only
        </Button>
      )}
    </search>
  );
}

function sentence(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
