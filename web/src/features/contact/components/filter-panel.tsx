import { useQuery } from '@tanstack/react-query';
import { membersQuery } from '@/features/access';
import { FilterBuilder } from '@/features/filter';
import type { ContactCount, FilterField, FilterTree } from '@/lib/api';
import { countries } from '@/lib/countries';
import { count as say } from '@/lib/format';
import { Button } from '@/ui/button';
import { Failure } from '@/ui/failure';
import { Skeleton } from '@/ui/skeleton';
import { companyChoicesQuery, filterFieldsQuery } from '../list';

interface Props {
  account: string;
  filter: FilterTree | null;
  /** How many the filter lets in, and the filter in words; undefined while it is counted. */
  counted: ContactCount | undefined;
  problem: unknown;
  onFilter: (filter: FilterTree | null) => void;
  onClose: () => void;
}

/** Builds the list's filter, with how many it lets in and what it says in words. */
export function FilterPanel({ account, filter, counted, problem, onFilter, onClose }: Props) {
  const { data: catalogue, error, refetch } = useQuery(filterFieldsQuery(account));
  const { data: members = [] } = useQuery(membersQuery(account));
  const { data: companies } = useQuery(companyChoicesQuery(account));
  const people = [
    { value: 'me', label: 'Me' },
    ...members.map(({ id, name, email }) => ({ value: id, label: name || email })),
  ];
  const nations = countries().map(({ code, name }) => ({ value: code, label: name }));
  return (
    <section
      aria-label="Filter"
      className="scroll-thin max-h-[50vh] shrink-0 overflow-y-auto border-line border-b bg-sunken px-4 py-3"
    >
      {error && !catalogue ? (
        <Failure error={error} retry={() => refetch()} />
      ) : catalogue ? (
        <FilterBuilder
          catalogue={catalogue}
          filter={filter}
          problem={problem}
          onFilter={onFilter}
          choices={(field) => {
            if (field.people) return people;
            if (field.field === 'company_id') return companies;
            return isCountry(field) ? nations : field.options;
          }}
        />
      ) : (
        <Skeleton className="h-8 w-64" />
      )}
      <div className="mt-3 flex flex-wrap items-center gap-x-3 gap-y-1">
        <p role="status" className="min-w-0 flex-1 text-ink-2 text-xs">
          {problem ? (
            'Mend what is marked to see who fits.'
          ) : counted ? (
            <>
              <span className="tabular font-medium text-ink">
                {counted.exact ? '' : 'About '}
                {say(counted.count, 'contact', 'contacts')}
              </span>
              {counted.words && <span> where {counted.words}</span>}
            </>
          ) : (
            'Counting…'
          )}
        </p>
        <Button size="sm" look="ghost" disabled={!filter} onClick={() => onFilter(null)}>
          Clear
        </Button>
        <Button size="sm" onClick={onClose}>
          Done
        </Button>
      </div>
    </section>
  );
}

/** Kept as two letters, which nobody has to know. */
function isCountry({ field }: FilterField): boolean {
  return field === 'country' || field === 'company.country';
}
