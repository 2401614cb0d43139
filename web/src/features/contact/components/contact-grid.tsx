import { useQueryClient } from '@tanstack/react-query';
import { CloudOff } from 'lucide-react';
import { type KeyboardEvent, useEffect, useId, useMemo, useRef, useState } from 'react';
import { type Contact, explain } from '@/lib/api';
import { useBigScroll } from '@/lib/big-scroll';
import { useCommands } from '@/lib/commands';
import { useStore } from '@/lib/store';
import { Banner } from '@/ui/banner';
import { Button } from '@/ui/button';
import { hiddenContacts } from '../api';
import type { Column } from '../columns';
import type { ContactList } from '../list';
import type { ContactSort } from '../model';
import { isSelected, nothing, type Selection, sizeOf, toggle } from '../selection';
import { useCellEdit } from '../use-cell-edit';
import { knownOf, useRows } from '../use-rows';
import { CellConflictDialog } from './cell-conflict-dialog';
import { ContactRow, type RowActions } from './contact-row';
import { ContactSkeletonRow } from './contact-skeleton-row';
import { GridHead } from './grid-head';

interface Props {
  account: string;
  list: ContactList;
  /** How many contacts the list has; undefined until it is counted. */
  total: number | undefined;
  columns: Column[];
  narrow: boolean;
  canWrite: boolean;
  people: { value: string; label: string }[];
  selection: Selection;
  onSelection: (selection: Selection) => void;
  onSort: (sort: ContactSort) => void;
  onTag: (tag: string) => void;
  onOpen: (id: string) => void;
  onWhy?: (contact: Contact) => void;
}

const headHeight = 33;
const overscan = 8;

/** Every contact of a list, a million if need be: only what is in sight is on the page. */
export function ContactGrid(props: Props) {
  const {
    account,
    list,
    columns: all,
    narrow,
    canWrite,
    people,
    selection,
    onSelection,
    onOpen,
    onWhy,
  } = props;
  const id = useId();
  const client = useQueryClient();
  const gone = useStore(hiddenContacts);
  const known = knownOf(client, account, list, gone);
  const count = Math.max(0, (known.end ?? props.total ?? 0) - known.hidden.length);
  const height = narrow ? 52 : 40;
  const scroll = useBigScroll({ rows: count, height, head: headHeight });
  const from = Math.max(0, scroll.first - overscan);
  const to = Math.min(count, scroll.end + overscan);
  const rows = useRows(account, list, { first: from, end: to }, known.hidden);
  const [at, setAt] = useState({ row: -1, column: 0 });
  const anchor = useRef(-1);
  const editing = useCellEdit(account, onOpen);
  const columns = useMemo(
    () => (canWrite ? all : all.map((column) => ({ ...column, fixed: true }))),
    [all, canWrite],
  );
  const template = `40px minmax(${columns[0]?.width ?? 200}px, 1fr) ${columns
    .slice(1)
    .map(({ width }) => `${width}px`)
    .join(' ')}`;
  const focus = () => scroll.scroller.current?.focus({ preventScroll: true });

  const { reveal } = scroll;
  const shown = JSON.stringify(list);
  useEffect(() => {
    void shown;
    setAt({ row: -1, column: 0 });
    reveal(0);
  }, [shown, reveal]);

  const go = (row: number, column = at.column) => {
    const next = {
      row: Math.max(0, Math.min(count - 1, row)),
      column: Math.max(0, Math.min(columns.length - 1, column)),
    };
    setAt(next);
    reveal(next.row);
    if (!editing.edit) focus();
  };
  const current = at.row >= 0 ? rows.at(at.row) : undefined;
  const select = (row: number, contact: Contact, on: boolean, range: boolean) => {
    const ids = [contact.id];
    if (range && anchor.current >= 0)
      for (let one = Math.min(row, anchor.current); one <= Math.max(row, anchor.current); one += 1) {
        const other = rows.at(one);
        if (other) ids.push(other.id);
      }
    anchor.current = row;
    onSelection(toggle(selection, ids, on));
  };
  const selectCurrent = () => current && select(at.row, current, !isSelected(selection, current.id), false);
  const beginAt = (contact: Contact | undefined, column: Column | undefined) => {
    if (!contact || !column) return;
    if (column.key === 'name' || column.fixed) onOpen(contact.id);
    else editing.begin(contact, column);
  };
  const commit: RowActions['commit'] = (then, draft) => {
    if (!editing.commit(draft)) return;
    if (then !== 'stay') {
      const step = then === 'next' ? 1 : -1;
      for (let next = at.column + step; next > 0 && next < columns.length; next += step) {
        const column = columns[next];
        if (!column || column.fixed) continue;
        setAt({ ...at, column: next });
        // Read again: what was just kept belongs to the row that the next cell stands in.
        const contact = rows.at(at.row);
        if (contact) editing.begin(contact, column);
        return;
      }
    }
    focus();
  };

  const live = useRef<RowActions>(null as unknown as RowActions);
  live.current = {
    open: ({ id: one }) => onOpen(one),
    at: (row, column) => go(row, column),
    select,
    edit: (contact, column) => {
      editing.begin(contact, column);
    },
    change: editing.change,
    commit,
    cancel: () => {
      editing.cancel();
      focus();
    },
    tag: props.onTag,
    why: onWhy,
    ownerName: (one) => people.find(({ value }) => value === one)?.label ?? '',
  };
  const hasWhy = Boolean(onWhy);
  const actions = useMemo<RowActions>(
    () => ({
      open: (contact) => live.current.open(contact),
      at: (row, column) => live.current.at(row, column),
      select: (row, contact, on, range) => live.current.select(row, contact, on, range),
      edit: (contact, column) => live.current.edit(contact, column),
      change: (draft) => live.current.change(draft),
      commit: (then, draft) => live.current.commit(then, draft),
      cancel: () => live.current.cancel(),
      tag: (tag) => live.current.tag(tag),
      why: hasWhy ? (contact) => live.current.why?.(contact) : undefined,
      // A new one with the people: an owner's name belongs to what a row shows.
      ownerName: (one) => people.find(({ value }) => value === one)?.label ?? '',
    }),
    [hasWhy, people],
  );

  const steps: Record<string, () => void> = {
    ArrowDown: () => go(at.row + 1),
    ArrowUp: () => go(at.row - 1),
    ArrowRight: () => go(at.row, at.column + (document.dir === 'rtl' ? -1 : 1)),
    ArrowLeft: () => go(at.row, at.column - (document.dir === 'rtl' ? -1 : 1)),
    PageDown: () => go(at.row + scroll.fits),
    PageUp: () => go(at.row - scroll.fits),
    Home: () => go(0),
    End: () => go(count - 1),
    ' ': selectCurrent,
    Enter: () => beginAt(current, columns[at.column]),
    F2: () => beginAt(current, columns[at.column]),
    Escape: () => onSelection(nothing),
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.target !== event.currentTarget || event.altKey) return;
    const mod = event.ctrlKey || event.metaKey;
    const step = mod
      ? event.key === 'a'
        ? () => onSelection({ all: true, except: new Set() })
        : null
      : steps[event.key];
    if (!step) return;
    event.preventDefault();
    step();
  };
  const keys = { group: 'Contacts', palette: false };
  useCommands([
    { ...keys, id: 'contact.next', title: 'Next contact', keys: 'j', run: () => go(at.row + 1) },
    { ...keys, id: 'contact.previous', title: 'Previous contact', keys: 'k', run: () => go(at.row - 1) },
    { ...keys, id: 'contact.select', title: 'Select the contact', keys: 'x', run: selectCurrent },
  ]);

  const size = sizeOf(selection, count);
  return (
    <>
      <div
        ref={scroll.scroller}
        role="grid"
        tabIndex={0}
        aria-label="Contacts"
        aria-rowcount={count + 1}
        aria-colcount={columns.length + 1}
        aria-multiselectable
        aria-activedescendant={at.row >= from && at.row < to ? `${id}-${at.row}-${at.column}` : undefined}
        onKeyDown={onKeyDown}
        onFocus={(event) =>
          event.target === event.currentTarget && at.row < 0 && setAt({ row: scroll.first, column: 0 })
        }
        data-testid="contact-table"
        className="scroll-thin min-h-0 flex-1 overflow-auto overscroll-contain outline-none [overflow-anchor:none]"
      >
        <GridHead
          columns={columns}
          template={template}
          sort={list.sort}
          ticked={size === 0 ? 'none' : size === count ? 'all' : 'some'}
          onSort={props.onSort}
          onSelectAll={(on) => onSelection(on ? { all: true, except: new Set() } : nothing)}
        />
        <div
          role="rowgroup"
          className="relative min-w-max"
          style={{ height: scroll.size, minWidth: 40 + columns.reduce((sum, { width }) => sum + width, 0) }}
        >
          {Array.from({ length: Math.max(0, to - from) }, (_, i) => from + i).map((row) => {
            const contact = rows.at(row);
            const style = { transform: `translateY(${scroll.offset(row)}px)`, height };
            if (!contact)
              return <ContactSkeletonRow key={row} columns={columns} template={template} style={style} />;
            return (
              <ContactRow
                key={row}
                id={id}
                row={row}
                contact={contact}
                columns={columns}
                template={template}
                style={style}
                selected={isSelected(selection, contact.id)}
                active={at.row === row ? at.column : -1}
                edit={editing.edit?.contact.id === contact.id ? editing.edit : null}
                narrow={narrow}
                people={people}
                actions={actions}
              />
            );
          })}
        </div>
      </div>
      {rows.error && (
        <div className="shrink-0 border-line border-t p-2">
          <Banner
            tone="bad"
            icon={CloudOff}
            role="alert"
            action={
              <Button size="sm" onClick={rows.retry}>
                Try again
              </Button>
            }
          >
            Some rows could not be read. {explain(rows.error)}
          </Banner>
        </div>
      )}
      <CellConflictDialog conflict={editing.conflict} onSettle={editing.settle} />
    </>
  );
}
