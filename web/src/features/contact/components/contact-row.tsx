import { HelpCircle } from 'lucide-react';
import { type CSSProperties, memo } from 'react';
import type { Contact } from '@/lib/api';
import { cx } from '@/lib/cx';
import type { CellDraft } from '../cell';
import type { Column } from '../columns';
import type { CellEdit } from '../use-cell-edit';
import { CellEditor } from './cell-editor';
import { ContactCell } from './contact-cell';

/** What a row may do; the same object for all rows, so that a row is drawn again only when it changed. */
export interface RowActions {
  open: (contact: Contact) => void;
  at: (row: number, column: number) => void;
  select: (row: number, contact: Contact, on: boolean, range: boolean) => void;
  edit: (contact: Contact, column: Column) => void;
  change: (draft: CellDraft) => void;
  commit: (then: 'stay' | 'next' | 'previous', draft?: CellDraft) => void;
  cancel: () => void;
  tag: (tag: string) => void;
  why?: (contact: Contact) => void;
  ownerName: (id: string | null | undefined) => string;
}

interface Props {
  id: string;
  row: number;
  contact: Contact;
  columns: Column[];
  template: string;
  style: CSSProperties;
  selected: boolean;
  /** The column that the keyboard is at; -1 for none. */
  active: number;
  edit: CellEdit | null;
  narrow: boolean;
  people: { value: string; label: string }[];
  actions: RowActions;
}

function Row(props: Props) {
  const { id, row, contact, columns, template, style, selected, active, edit, narrow, people, actions } =
    props;
  return (
    <div
      role="row"
      aria-rowindex={row + 2}
      aria-selected={selected}
      data-at={active >= 0 || undefined}
      style={{ ...style, gridTemplateColumns: template }}
      className={cx(
        'group/row absolute start-0 top-0 grid min-w-full border-line border-b',
        selected ? 'bg-brand-soft' : 'bg-page hover:bg-sunken data-at:bg-sunken',
      )}
    >
      <div role="gridcell" className="sticky start-0 z-10 flex items-center bg-inherit ps-2.5">
        <label className="flex size-7 items-center justify-center">
          <input
            type="checkbox"
            tabIndex={-1}
            aria-label={`Select ${contact.name || contact.email || contact.phone}`}
            checked={selected}
            onChange={() => undefined}
            onClick={(event) => actions.select(row, contact, !selected, event.shiftKey)}
            className={cx(
              'size-4 accent-brand',
              !selected && !narrow && 'opacity-45 group-hover/row:opacity-100',
            )}
          />
        </label>
      </div>
      {columns.map((column, at) => {
        const editing = edit?.column.key === column.key;
        return (
          // biome-ignore lint/a11y/useKeyWithClickEvents: the grid has the keys.
          <div
            key={column.key}
            id={`${id}-${row}-${at}`}
            role="gridcell"
            aria-colindex={at + 2}
            tabIndex={-1}
            onClick={() => (narrow ? actions.open(contact) : actions.at(row, at))}
            onDoubleClick={() => !narrow && !column.fixed && actions.edit(contact, column)}
            className={cx(
              'relative flex min-w-0 items-center gap-1 px-2',
              active !== at && 'outline-none',
              at === 0 && 'sticky start-10 z-10 bg-inherit',
              at > 0 && 'text-ink-2',
              isNumber(column) && 'tabular justify-end',
              active === at && !editing && '-outline-offset-2 outline-2 outline-(--focus)',
              editing && 'z-20',
            )}
          >
            {editing && edit ? (
              <CellEditor
                column={column}
                draft={edit.draft}
                error={edit.error}
                people={people}
                onChange={actions.change}
                onCommit={actions.commit}
                onCancel={actions.cancel}
              />
            ) : (
              <ContactCell
                contact={contact}
                column={column}
                narrow={narrow}
                ownerName={actions.ownerName}
                onOpen={() => actions.open(contact)}
                onTag={actions.tag}
              />
            )}
            {at === 0 && actions.why && (
              <button
                type="button"
                tabIndex={-1}
                aria-label={`Why is ${contact.name} in this list?`}
                title="Why is this contact in this list?"
                onClick={() => actions.why?.(contact)}
                className="ms-auto flex size-6 shrink-0 items-center justify-center rounded-sm text-ink-3 opacity-0 hover:bg-hover hover:text-ink group-hover/row:opacity-100 group-data-at/row:opacity-100"
              >
                <HelpCircle aria-hidden size={14} />
              </button>
            )}
          </div>
        );
      })}
    </div>
  );
}

function isNumber({ kind }: Column): boolean {
  return kind === 'number' || kind === 'money';
}

/** A contact as a row of the table. */
export const ContactRow = memo(Row, (a, b) =>
  (Object.keys(b) as (keyof Props)[]).every((key) =>
    key === 'style'
      ? a.style.transform === b.style.transform && a.style.height === b.style.height
      : a[key] === b[key],
  ),
);
