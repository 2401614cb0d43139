import { type FormEvent, useState } from 'react';
import { RecordPicker } from '@/features/field';
import { type BulkAction, explain, isProblem } from '@/lib/api';
import { count } from '@/lib/format';
import { Banner } from '@/ui/banner';
import { Button } from '@/ui/button';
import { CheckList } from '@/ui/check-list';
import { Field } from '@/ui/field';
import { Modal } from '@/ui/modal';
import { Select } from '@/ui/select';
import { TagsInput } from '@/ui/tags-input';
import { type BulkDraft, type BulkKind, bulkFields, bulkNames, emptyDraft, readBulk } from '../bulk-form';
import { draftOf } from '../cell';
import type { Column } from '../columns';
import { channels } from '../model';
import { ValueField } from './value-field';

interface Props {
  account: string;
  kind: BulkKind;
  /** How many contacts it is for; an estimate where `exact` is false. */
  size: number;
  exact: boolean;
  people: { value: string; label: string }[];
  columns: readonly Column[];
  busy: boolean;
  error: unknown;
  onStart: (action: BulkAction) => void;
  onClose: () => void;
}

/** Asks what a bulk action needs to know, and says for how many it is. */
export function BulkDialog({ account, kind, size, exact, people, columns, busy, error, ...on }: Props) {
  const [draft, setDraft] = useState<BulkDraft>(emptyDraft);
  const [lack, setLack] = useState<string>();
  const fields = bulkFields(columns);
  const field = fields.find(({ key }) => key === draft.field);
  const change = (changes: Partial<BulkDraft>) => {
    setDraft((old) => ({ ...old, ...changes }));
    setLack(undefined);
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const read = readBulk(kind, draft, fields);
    if ('error' in read) return setLack(read.error);
    on.onStart(read.action);
  };
  const whom = `${exact ? '' : 'about '}${count(size, 'contact', 'contacts')}`;
  const refused =
    isProblem(error) && error.fields.length > 0 ? error.fields.map((one) => one.message).join(' ') : null;
  const problem = refused ?? (error ? explain(error) : null);
  return (
    <Modal open onClose={on.onClose} title={`${bulkNames[kind]}: ${whom}`}>
      <form onSubmit={submit} noValidate className="flex flex-col gap-4">
        {problem && (
          <Banner tone="bad" role="alert">
            {problem}
          </Banner>
        )}
        {(kind === 'tag.add' || kind === 'tag.remove') && (
          <Field label="Tags" hint="Enter or a comma ends a tag." error={lack}>
            {(slot) => <TagsInput {...slot} value={draft.tags} onChange={(tags) => change({ tags })} />}
          </Field>
        )}
        {kind === 'assign' && (
          <Field label="Owner" hint="Whoever owned them before is told of it by the history.">
            {(slot) => (
              <Select
                {...slot}
                value={draft.owner}
                onChange={({ target }) => change({ owner: target.value })}
              >
                <option value="">Nobody</option>
                {people.map(({ value, label }) => (
                  <option key={value} value={value}>
                    {label}
                  </option>
                ))}
              </Select>
            )}
          </Field>
        )}
        {(kind === 'follower.add' || kind === 'follower.remove') && (
          <CheckList
            legend={kind === 'follower.add' ? 'Who shall follow them' : 'Who shall follow them no longer'}
            options={people}
            value={draft.people}
            error={lack}
            onChange={(next) => change({ people: next })}
          />
        )}
        {(kind === 'dnd.add' || kind === 'dnd.remove') && (
          <CheckList
            legend={kind === 'dnd.add' ? 'Nothing is sent any more over' : 'Messages may be sent again over'}
            options={channels}
            value={draft.channels}
            error={lack}
            onChange={(next) => change({ channels: next })}
          />
        )}
        {kind === 'field.set' && (
          <>
            <Field label="Field" error={field ? undefined : lack}>
              {(slot) => (
                <Select
                  {...slot}
                  value={draft.field}
                  onChange={({ target }) => {
                    const next = fields.find(({ key }) => key === target.value);
                    change({ field: target.value, value: next ? draftOf(next, null) : '' });
                  }}
                >
                  <option value="">Choose one</option>
                  {fields.map(({ key, label }) => (
                    <option key={key} value={key}>
                      {label}
                    </option>
                  ))}
                </Select>
              )}
            </Field>
            {field?.key === 'company_id' ? (
              <RecordPicker
                account={account}
                target="company"
                label="New value"
                value={String(draft.value)}
                onChange={(value) => change({ value })}
              />
            ) : (
              field && (
                <Field label="New value" hint="Leave it empty to empty the field." error={lack}>
                  {({ 'aria-invalid': invalid, ...slot }) => (
                    <ValueField
                      column={field}
                      draft={draft.value}
                      people={people}
                      slot={{ ...slot, 'aria-invalid': invalid || undefined }}
                      onChange={(value) => change({ value })}
                      onPick={(value) => change({ value })}
                    />
                  )}
                </Field>
              )
            )}
          </>
        )}
        <p className="text-ink-3 text-xs">It goes on in the background, and can be undone for 30 days.</p>
        <span className="flex flex-wrap justify-end gap-2">
          <Button onClick={on.onClose}>Cancel</Button>
          <Button type="submit" look="primary" busy={busy}>
            {bulkNames[kind]}
          </Button>
        </span>
      </form>
    </Modal>
  );
}
