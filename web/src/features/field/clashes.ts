import type { CustomField } from '@/lib/api';
import { canon } from '@/lib/differ';
import type { Clash } from '@/ui/stale-notice';
import { blank, valueText } from './value';

type Values = Record<string, unknown>;

/** The custom values that somebody else and I both changed, to different ones. */
export function valueClashes(
  fields: readonly CustomField[],
  base: Values,
  theirs: Values,
  mine: Values,
): Clash[] {
  return fields.flatMap((field) => {
    const { key, name } = field;
    const [was, their, my] = [base[key], theirs[key], mine[key]];
    if ([canon(was), canon(my)].includes(canon(their)) || canon(was) === canon(my)) return [];
    return [{ field: `custom.${key}`, label: name, theirs: said(field, their), mine: said(field, my) }];
  });
}

/** Of a file and a record only that there is one: their names are elsewhere. What can't be read is said as typed. */
function said(field: CustomField, value: unknown): string {
  if (blank(value)) return '';
  if (field.kind === 'file') return 'a file';
  if (field.kind === 'reference') return 'a record';
  if (field.kind === 'number' && typeof value === 'string') return value;
  try {
    return valueText(field, value);
  } catch {
    return 'an amount'; // in no currency that there is
  }
}
