import type { Contact } from '@/lib/api';
import { cx } from '@/lib/cx';
import { displayName } from '../model';

interface Props {
  label: string;
  name: string;
  contacts: readonly Contact[];
  /** What stands at each contact; empty for nothing. */
  show: (contact: Contact) => string;
  /** The id of the one that is chosen; undefined where there is nothing to choose. */
  chosen?: string;
  /** One below the other, each with whose it is. */
  stacked: boolean;
  /** The values are the contacts' own names. */
  naming?: boolean;
  onChoose: (id: string) => void;
}

/** One line of a comparison: what each contact has, and whose is kept. */
export function MergeChoice({ label, name, contacts, show, chosen, stacked, naming, onChoose }: Props) {
  return (
    <fieldset
      className={cx(
        'min-w-0 border-line border-t first:border-t-0',
        stacked ? 'py-2' : 'flex items-stretch gap-1 py-1',
      )}
    >
      <legend className="sr-only">{label}</legend>
      <span
        aria-hidden
        className={cx(
          'font-medium text-ink-2 text-xs',
          stacked ? 'mb-1 block' : 'sticky start-0 z-10 flex w-28 shrink-0 items-center bg-raised pe-2',
        )}
      >
        {label}
      </span>
      {/* Where all say the same, once is enough, unless each has its column. */}
      {(stacked && !chosen ? contacts.filter(show).slice(0, 1) : contacts).map((contact) => {
        const text = show(contact);
        const on = chosen === contact.id;
        const look = cx(
          'flex min-h-7 min-w-0 items-center gap-2 rounded-md px-2 py-1',
          !stacked && 'w-40 flex-1',
        );
        const shown = (
          <span className="min-w-0">
            <bdi className={cx('block break-words', !on && chosen && 'text-ink-2')}>{text || '—'}</bdi>
            {stacked && chosen && !naming && (
              <span className="block truncate text-ink-3 text-xs">{displayName(contact)}</span>
            )}
          </span>
        );
        if (!chosen || !text)
          return (
            <span key={contact.id} className={cx(look, 'text-ink-3', stacked && !text && 'hidden')}>
              {shown}
            </span>
          );
        return (
          <label key={contact.id} className={cx(look, on ? 'bg-brand-soft' : 'hover:bg-hover')}>
            <input
              type="radio"
              name={name}
              checked={on}
              onChange={() => onChoose(contact.id)}
              className="size-4 shrink-0 accent-brand"
            />
            {shown}
          </label>
        );
      })}
    </fieldset>
  );
}
