import { ListFilter, X } from 'lucide-react';
import type { RefObject } from 'react';
import { Button } from '@/ui/button';
import { Menu } from '@/ui/menu';
import { SearchInput } from '@/ui/search-input';
import type { ContactFilter } from '../model';

interface Props {
  filter: ContactFilter;
  tags: string[];
  searchRef: RefObject<HTMLInputElement | null>;
  onFilter: (filter: ContactFilter) => void;
}

export function ContactToolbar({ filter, tags, searchRef, onFilter }: Props) {
  return (
    <>
      <SearchInput
        ref={searchRef}
        label="Search contacts"
        value={filter.q ?? ''}
        onChange={(q) => onFilter({ ...filter, q: q || undefined })}
      />
      {filter.tag ? (
        <Button
          look="ghost"
          onClick={() => onFilter({ ...filter, tag: undefined })}
          className="max-w-44 bg-brand-soft text-brand-ink!"
        >
          <span className="truncate">Tag: {filter.tag}</span>
          <X aria-label="Remove this filter" size={14} className="shrink-0" />
        </Button>
      ) : (
        tags.length > 0 && (
          <Menu
            align="start"
            header="Tagged"
            trigger={
              <Button look="ghost" icon={ListFilter}>
                Tag
              </Button>
            }
            groups={[tags.map((tag) => ({ label: tag, onSelect: () => onFilter({ ...filter, tag }) }))]}
          />
        )
      )}
    </>
  );
}
