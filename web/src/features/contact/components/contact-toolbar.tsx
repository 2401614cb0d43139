import { ListFilter, X } from 'lucide-react';
import type { ReactNode, RefObject } from 'react';
import { Button } from '@/ui/button';
import { IconButton } from '@/ui/icon-button';
import { SearchInput } from '@/ui/search-input';

interface Props {
  q: string;
  searchRef: RefObject<HTMLInputElement | null>;
  filtered: boolean;
  /** The filter in words, once the server has said them. */
  words: string | undefined;
  filterOpen: boolean;
  onSearch: (q: string) => void;
  onToggleFilter: () => void;
  onClear: () => void;
  children: ReactNode;
}

/** Searches and filters the list; says in words what the filter is. */
export function ContactToolbar(props: Props) {
  const { q, searchRef, filtered, words, filterOpen, onSearch, onToggleFilter, onClear, children } = props;
  return (
    <>
      <SearchInput ref={searchRef} label="Search contacts" value={q} onChange={onSearch} />
      <span className="flex min-w-0 max-w-full items-center">
        <Button
          look="ghost"
          icon={ListFilter}
          aria-expanded={filterOpen}
          onClick={onToggleFilter}
          className={filtered ? 'min-w-0 max-w-72 shrink! bg-brand-soft text-brand-ink!' : undefined}
        >
          <span className="truncate" title={words}>
            {filtered ? words || 'Filter' : 'Filter'}
          </span>
        </Button>
        {filtered && <IconButton icon={X} label="Remove the filter" onClick={onClear} />}
      </span>
      {children}
    </>
  );
}
