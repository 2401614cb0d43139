import type { AuditChange } from '@/lib/api';
import { valueText } from '../model';
import { fieldName } from '../words';

interface Props {
  changes: AuditChange[];
  nameOf: (id: string) => string | undefined;
}

const value = 'min-w-0 whitespace-pre-wrap break-words rounded-sm px-1.5 py-0.5 no-underline';

/** Field by field: what it was, and what it is. */
export function ChangeList({ changes, nameOf }: Props) {
  if (changes.length === 0)
    return <p className="text-ink-3 text-xs">No field changed: the action itself is all there is to tell.</p>;
  return (
    <table className="w-full max-w-3xl table-fixed border-separate border-spacing-y-1 text-xs">
      <colgroup>
        <col className="w-40" />
        <col />
        <col />
      </colgroup>
      <thead className="sr-only">
        <tr>
          <th>Field</th>
          <th>Before</th>
          <th>After</th>
        </tr>
      </thead>
      <tbody>
        {changes.map(({ path, before, after }) => (
          <tr key={path} className="align-top max-sm:flex max-sm:flex-col max-sm:gap-0.5 max-sm:pb-1">
            <th scope="row" className="break-words py-0.5 pe-3 text-start font-medium text-ink-2">
              {fieldName(path)}
            </th>
            <td className="pe-2 max-sm:pe-0">
              {before !== undefined && (
                <del dir="auto" className={`inline-block max-w-full bg-bad-soft text-bad ${value}`}>
                  {valueText(before, nameOf)}
                </del>
              )}
            </td>
            <td>
              {after !== undefined && (
                <ins dir="auto" className={`inline-block max-w-full bg-good-soft text-good ${value}`}>
                  {valueText(after, nameOf)}
                </ins>
              )}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
