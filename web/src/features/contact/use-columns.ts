import { useQuery } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { remembered } from '@/lib/storage';
import { allColumns, type Column, chosenColumns, defaultColumns, ofCompany } from './columns';
import { filterFieldsQuery } from './list';

/**
 * The columns of the table: what the person chose here, or else what the view
 * has. The choice is remembered on this machine, for each view by itself.
 */
export function useColumns(account: string, view: string | undefined, saved: readonly string[] | undefined) {
  const { data: catalogue } = useQuery(filterFieldsQuery(account));
  const place = `contact-columns.${account}.${view ?? 'all'}`;
  const [chosen, setChosen] = useState<{ place: string; keys: string[] | null }>(() => ({
    place,
    keys: recall(place),
  }));
  const mine = chosen.place === place ? chosen.keys : recall(place);
  const keys = mine ?? saved ?? defaultColumns;
  const all = useMemo(() => allColumns(catalogue), [catalogue]);
  const text = keys.join();
  const columns: Column[] = useMemo(() => chosenColumns(all, text.split(',')), [all, text]);
  const choose = (next: string[] | null) => {
    remembered(place).set(next?.join() ?? null);
    setChosen({ place, keys: next });
  };
  const companies = columns.some(({ key }) => ofCompany(key));
  return {
    all,
    columns,
    companies,
    choose,
    changed: mine !== null && mine.join() !== (saved ?? defaultColumns).join(),
  };
}

function recall(place: string): string[] | null {
  return remembered(place).get()?.split(',') ?? null;
}
