import { useTable } from '@tanstack/react-table';
import { useVirtualizer } from '@tanstack/react-virtual';
import { ArrowDown, ArrowUp } from 'lucide-react';
import { useEffect, useMemo, useRef } from 'react';
import type { Contact } from '@/lib/api';
import { cx } from '@/lib/cx';
import { useWide } from '@/lib/media';
import { type ContactSort, nextSort, sortOf } from '../model';
import { columnLook, contactColumns, features } from './contact-columns';
import { ContactSkeletonRow } from './contact-skeleton-row';
import { TagChip } from './tag-chip';

interface Props {
  contacts: Contact[];
  total?: number;
  /** The row that the keyboard is on; -1 for none. */
  selected: number;
  sort: ContactSort;
  more: boolean;
  ownerName: (id: string | null | undefined) => string;
  onSort: (sort: ContactSort) => void;
  onTag: (tag: string) => void;
  onOpen: (contact: Contact) => void;
  onNeedMore: () => void;
}

/** Rows of contacts. Only what is in sight is in the page, however many there are. */
export function ContactTable(props: Props) {
  const { contacts, selected, sort, more, ownerName, onTag, onOpen, onNeedMore } = props;
  const scroller = useRef<HTMLDivElement>(null);
  const tagPress = useRef(onTag);
  tagPress.current = onTag;
  const height = useWide() ? 40 : 52;
  const columns = useMemo(
    () =>
      contactColumns({
        owner: ownerName,
        tags: (tags) => (
          <span className="flex gap-1 overflow-hidden">
            {tags.map((tag) => (
              <TagChip key={tag} tag={tag} onClick={() => tagPress.current(tag)} />
            ))}
          </span>
        ),
      }),
    [ownerName],
  );
  const table = useTable({ features, columns, data: contacts, getRowId: (contact) => contact.id });
  const rows = table.getRowModel().rows;
  const virtual = useVirtualizer({
    count: rows.length + (more ? 3 : 0),
    getScrollElement: () => scroller.current,
    estimateSize: () => height,
    overscan: 12,
    // Until it is measured: a screenful, so that the first paint is not empty.
    initialRect: { width: 1200, height: 900 },
  });
  const items = virtual.getVirtualItems();
  const lastShown = items.at(-1)?.index ?? 0;

  useEffect(() => virtual.measure(), [virtual]);
  useEffect(() => {
    if (more && lastShown >= rows.length - 20) onNeedMore();
  }, [more, lastShown, rows.length, onNeedMore]);
  useEffect(() => {
    if (selected >= 0) virtual.scrollToIndex(selected, { align: 'auto' });
  }, [virtual, selected]);

  return (
    <div ref={scroller} className="scroll-thin min-h-0 flex-1 overflow-y-auto" data-testid="contact-table">
      <div role="table" aria-label="Contacts" aria-rowcount={(props.total ?? rows.length) + 1}>
        <div role="rowgroup" className="sticky top-0 z-10 border-line border-b bg-page">
          {table.getHeaderGroups().map((group) => (
            <div key={group.id} role="row" aria-rowindex={1} className="flex h-8 items-center gap-4 px-4">
              {group.headers.map((header) => {
                const look = columnLook[header.column.id];
                const order = look?.sort && sortOf(sort, look.sort);
                const Arrow = order === 'ascending' ? ArrowUp : ArrowDown;
                const title = <table.FlexRender header={header} />;
                return (
                  <div
                    key={header.id}
                    role="columnheader"
                    aria-sort={look?.sort ? (order ?? 'none') : undefined}
                    className={cx(look?.cell, 'text-ink-3! text-xs')}
                  >
                    {look?.sort ? (
                      <button
                        type="button"
                        onClick={() => look.sort && props.onSort(nextSort(sort, look.sort))}
                        className="-mx-1 inline-flex h-6 items-center gap-1 rounded-sm px-1 hover:text-ink"
                      >
                        {title}
                        {order && <Arrow aria-hidden size={12} />}
                      </button>
                    ) : (
                      title
                    )}
                  </div>
                );
              })}
            </div>
          ))}
        </div>
        <div role="rowgroup" className="relative" style={{ height: virtual.getTotalSize() }}>
          {items.map((item) => {
            const row = rows[item.index];
            const place = { transform: `translateY(${item.start}px)`, height: item.size };
            if (!row) return <ContactSkeletonRow key={item.key} style={place} />;
            return (
              // The name's button opens the row for keyboards and readers; the rest of the row is for the mouse.
              // biome-ignore lint/a11y/useKeyWithClickEvents: see above
              <div
                key={row.id}
                role="row"
                aria-rowindex={item.index + 2}
                data-selected={item.index === selected || undefined}
                style={place}
                onClick={() => onOpen(row.original)}
                className="absolute inset-x-0 top-0 flex cursor-pointer items-center gap-4 border-line border-b px-4 hover:bg-sunken data-selected:bg-brand-soft"
              >
                {row.getAllCells().map((cell) => (
                  <div key={cell.id} role="cell" className={columnLook[cell.column.id]?.cell}>
                    {cell.column.id === 'name' ? (
                      <button type="button" className="block w-full min-w-0 rounded-sm text-start">
                        <table.FlexRender cell={cell} />
                      </button>
                    ) : (
                      <table.FlexRender cell={cell} />
                    )}
                  </div>
                ))}
              </div>
            );
          })}
        </div>
      </div>
    </div>
  );
}
