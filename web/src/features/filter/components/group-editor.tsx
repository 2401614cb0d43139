import { FolderPlus, Plus, X } from 'lucide-react';
import type { FilterField, FilterFields } from '@/lib/api';
import { cx } from '@/lib/cx';
import { Button } from '@/ui/button';
import { IconButton } from '@/ui/icon-button';
import { Picker, type PickerGroup } from '@/ui/picker';
import { Select } from '@/ui/select';
import { type Draft, emptyGroup, type Group, newClause, newHappening } from '../model';
import type { Choice } from '../value';
import { heading } from '../words';
import { ClauseRow } from './clause-row';
import { HappeningRow } from './happening-row';
import { NotToggle } from './not-toggle';

export interface GroupProps {
  group: Group;
  catalogue: FilterFields;
  /** Of a sub-filter: what may be asked of each record. */
  inside?: readonly FilterField[];
  choices: (field: FilterField) => Choice[] | undefined;
  errors: ReadonlyMap<number, string>;
  incomplete: ReadonlySet<number>;
  depth?: number;
  onChange: (group: Group | null) => void;
}

/** As deep as a filter's groups may stand in each other. */
const deepest = 7;

/** Conditions of which all or any must hold, and groups of them. */
export function GroupEditor(props: GroupProps) {
  const { group, catalogue, inside, errors, incomplete, depth = 1, onChange } = props;
  const fields = inside ?? catalogue.fields;
  const groups = fieldGroups(fields);
  const happenings: PickerGroup = {
    label: 'Records and behaviour',
    options: catalogue.relations.map(({ name, many }) => ({ value: `has:${name}`, label: heading(many) })),
  };
  const set = (at: number, item: Draft | null) =>
    onChange({ ...group, items: group.items.flatMap((old, i) => (i === at ? (item ?? []) : old)) });
  const add = (name: string) => {
    const relation = catalogue.relations.find((one) => `has:${one.name}` === name);
    const field = fields.find((one) => one.field === name);
    const item = relation ? newHappening(relation) : field && newClause(field);
    if (item) onChange({ ...group, items: [...group.items, item] });
  };
  return (
    <fieldset
      className={cx('flex min-w-0 flex-col gap-2', depth > 1 && 'rounded-md border border-line bg-page p-2')}
    >
      <legend className="sr-only">
        {group.match === 'and' ? 'All of these hold' : 'Any of these holds'}
      </legend>
      {(depth > 1 || group.items.length > 1) && (
        <div className="flex items-center gap-2 text-ink-2">
          {depth > 1 && <NotToggle not={group.not} onChange={(not) => onChange({ ...group, not })} />}
          <Select
            aria-label="How many must hold"
            value={group.match}
            onChange={({ target }) => onChange({ ...group, match: target.value as 'and' | 'or' })}
          >
            <option value="and">All</option>
            <option value="or">Any</option>
          </Select>
          <span>of these</span>
          {depth > 1 && (
            <IconButton
              icon={X}
              label="Remove the group"
              onClick={() => onChange(null)}
              className="ms-auto"
            />
          )}
        </div>
      )}
      {group.items.map((item, at) =>
        item.kind === 'clause' ? (
          <ClauseRow
            key={item.id}
            clause={item}
            fields={fields}
            groups={groups}
            choices={choicesOf(item.field, fields, props.choices)}
            error={errors.get(item.id)}
            incomplete={incomplete.has(item.id)}
            onChange={(next) => set(at, next)}
          />
        ) : item.kind === 'group' ? (
          <GroupEditor
            key={item.id}
            {...props}
            group={item}
            depth={depth + 1}
            onChange={(next) => set(at, next)}
          />
        ) : (
          <HappeningRow
            key={item.id}
            part={item}
            relation={catalogue.relations.find(({ name }) => name === item.name)}
            error={errors.get(item.id)}
            incomplete={incomplete.has(item.id)}
            onChange={(next) => set(at, next)}
          >
            {item.where && (
              <GroupEditor
                {...props}
                group={item.where}
                inside={catalogue.relations.find(({ name }) => name === item.name)?.fields ?? []}
                depth={depth + 1}
                onChange={(where) => set(at, { ...item, where: where ?? undefined })}
              />
            )}
          </HappeningRow>
        ),
      )}
      {errors.has(group.id) && (
        <p role="alert" className="text-bad text-xs">
          {errors.get(group.id)}
        </p>
      )}
      <div className="flex flex-wrap gap-1">
        <Picker
          label="Add a condition"
          groups={inside ? groups : [...groups, happenings]}
          onPick={add}
          trigger={
            <Button size="sm" look="ghost" icon={Plus}>
              Condition
            </Button>
          }
        />
        {depth < deepest && (
          <Button
            size="sm"
            look="ghost"
            icon={FolderPlus}
            onClick={() =>
              onChange({
                ...group,
                items: [...group.items, emptyGroup(group.match === 'and' ? 'or' : 'and')],
              })
            }
          >
            Group
          </Button>
        )}
      </div>
    </fieldset>
  );
}

function choicesOf(name: string, fields: readonly FilterField[], choices: GroupProps['choices']) {
  const field = fields.find((one) => one.field === name);
  return field && choices(field);
}

function fieldGroups(fields: readonly FilterField[]): PickerGroup[] {
  const option = ({ field, label }: FilterField) => ({ value: field, label: heading(label) });
  const custom = ({ field }: FilterField) => field.startsWith('custom.');
  const touch = ({ field }: FilterField) => /^(first|last)_touch\./.test(field);
  const company = ({ field }: FilterField) => field.startsWith('company.');
  const rest = (one: FilterField) => !custom(one) && !touch(one) && !company(one);
  return [
    { label: 'Fields', options: fields.filter(rest).map(option) },
    { label: 'Custom fields', options: fields.filter(custom).map(option) },
    { label: 'Their company', options: fields.filter(company).map(option) },
    { label: 'What brought them here', options: fields.filter(touch).map(option) },
  ].filter(({ options }) => options.length > 0);
}
