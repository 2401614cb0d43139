import { useMutation, useQueryClient } from '@tanstack/react-query';
import { CircleAlert } from 'lucide-react';
import { useState } from 'react';
import { type CustomField, explain, type FieldFolder, type FieldOption, isProblem } from '@/lib/api';
import { Banner } from '@/ui/banner';
import { Field } from '@/ui/field';
import { Input } from '@/ui/input';
import { PanelForm } from '@/ui/panel-form';
import { Select } from '@/ui/select';
import { createField, type FieldObject, refreshFields, updateField } from '../api';
import { choosing, comparable, kinds } from '../names';
import { draftOf, readRules, rulesFor } from '../rules';
import { OptionsEditor } from './options-editor';
import { RuleCheck } from './rule-check';
import { RulesEditor } from './rules-editor';

interface Props {
  account: string;
  object: FieldObject;
  /** What is changed; nothing makes a new one. */
  field?: CustomField;
  folders: readonly FieldFolder[];
  /** The place of a new one: behind the others. */
  position: number;
  onDone: () => void;
}

/** Makes a field, or changes what may change of one. */
export function FieldForm({ account, object, field, folders, position, onDone }: Props) {
  const client = useQueryClient();
  const [key] = useState(() => crypto.randomUUID());
  const [draft, setDraft] = useState({
    name: field?.name ?? '',
    kind: field?.kind ?? ('text' as CustomField['kind']),
    folder_id: field?.folder_id ?? '',
    options: (field?.options ?? []) as FieldOption[],
    required: field?.required ?? false,
    unique: field?.unique ?? false,
    indexed: field?.indexed ?? false,
  });
  const [rules, setRules] = useState(() => draftOf(field?.rules ?? {}, draft.kind));
  const read = readRules(rules, draft.kind);
  const alike = comparable(draft.kind);
  // Companies are few: no value of theirs is looked for.
  const findable = alike && object === 'contact';
  const change = (next: Partial<typeof draft>) => setDraft((old) => ({ ...old, ...next }));
  const options = draft.options.filter(({ label }) => label.trim() !== '');
  const save = useMutation({
    mutationFn: () => {
      const { kind, unique, indexed, ...rest } = draft;
      const body = {
        ...rest,
        folder_id: draft.folder_id || null,
        options: choosing(kind) ? options : undefined,
        rules: read.rules,
        ...(alike ? { unique } : {}),
        ...(findable ? { indexed } : {}),
      };
      return field
        ? updateField(account, field, body)
        : createField(account, { ...body, object, kind, position }, `${key}-${draft.name}-${kind}`);
    },
    onSuccess: async () => {
      await refreshFields(client, account);
      onDone();
    },
  });
  const faults = isProblem(save.error) ? save.error.fields : [];
  const fault = (path: string) => faults.find((item) => item.path.startsWith(path))?.message;
  return (
    <PanelForm
      submit={field ? 'Save field' : 'Create field'}
      busy={save.isPending}
      onCancel={onDone}
      onSubmit={(event) => {
        event.preventDefault();
        if (draft.name.trim() && !save.isPending && Object.keys(read.faults).length === 0) save.mutate();
      }}
    >
      {save.error && (
        <Banner tone="bad" icon={CircleAlert} role="alert">
          {explain(save.error)}
        </Banner>
      )}
      <Field
        label="Name"
        hint={
          field
            ? `Programs know it as ${field.key}. That stays, whatever you call it.`
            : 'Programs know it by a key made of this first name; the key stays for good.'
        }
        error={fault('name') ?? fault('key')}
      >
        {(slot) => (
          <Input
            {...slot}
            required
            maxLength={100}
            autoComplete="off"
            value={draft.name}
            onChange={({ target }) => change({ name: target.value })}
          />
        )}
      </Field>
      <Field label="Kind" hint={`${kinds[draft.kind].hint} It can’t be changed later.`} error={fault('kind')}>
        {(slot) => (
          <Select
            {...slot}
            disabled={Boolean(field)}
            value={draft.kind}
            onChange={({ target }) => change({ kind: target.value as CustomField['kind'] })}
          >
            {Object.entries(kinds).map(([value, { label }]) => (
              <option key={value} value={value}>
                {label}
              </option>
            ))}
          </Select>
        )}
      </Field>
      {choosing(draft.kind) && (
        <OptionsEditor
          value={draft.options}
          error={fault('options')}
          onChange={(next) => change({ options: next })}
        />
      )}
      <RulesEditor
        kind={draft.kind}
        value={rules}
        errors={{
          ...Object.fromEntries(rulesFor(draft.kind).map((rule) => [rule, fault(`rules.${rule}`)])),
          ...read.faults,
        }}
        onChange={(next) => setRules((old) => ({ ...old, ...next }))}
      />
      <Field label="Folder" hint="Forms show a folder’s fields together." error={fault('folder_id')}>
        {(slot) => (
          <Select
            {...slot}
            value={draft.folder_id}
            onChange={({ target }) => change({ folder_id: target.value })}
          >
            <option value="">None</option>
            {folders.map(({ id, name }) => (
              <option key={id} value={id}>
                {name}
              </option>
            ))}
          </Select>
        )}
      </Field>
      <RuleCheck
        label="Required"
        hint="New records need a value, and nobody can empty it. Those from before stay as they are."
        checked={draft.required}
        error={fault('required')}
        onChange={(required) => change({ required })}
      />
      {alike && (
        <RuleCheck
          label="Unique"
          hint="No two records have the same value, so an import or a program can find a contact by it. At most 20 fields are unique or fast to search."
          checked={draft.unique}
          error={fault('unique')}
          onChange={(unique) => change({ unique })}
        />
      )}
      {findable && (
        <RuleCheck
          label="Fast to search"
          hint="Filters over many records answer at once; each change costs a little more. Worth it where you filter often."
          checked={draft.indexed}
          error={fault('indexed')}
          onChange={(indexed) => change({ indexed })}
        />
      )}
    </PanelForm>
  );
}
