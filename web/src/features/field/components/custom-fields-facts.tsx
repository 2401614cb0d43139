import { useQuery } from '@tanstack/react-query';
import { Facts } from '@/ui/facts';
import { Skeleton } from '@/ui/skeleton';
import { type FieldObject, fieldsQuery, foldersQuery } from '../api';
import { blank, byFolder } from '../value';
import { FieldValue } from './field-value';

interface Props {
  account: string;
  object: FieldObject;
  values: Record<string, unknown>;
}

/** The sub-account's own fields as they are filled, folder by folder, for whoever may only read them. */
export function CustomFieldsFacts({ account, object, values }: Props) {
  const fields = useQuery(fieldsQuery(account, object));
  const folders = useQuery(foldersQuery(account, object));
  if (fields.isPending || folders.isPending) return <Skeleton className="h-8" />;
  if (!fields.data)
    return (
      <p role="alert" className="text-bad text-xs">
        Your own fields could not be loaded.
      </p>
    );
  return byFolder(fields.data, folders.data ?? []).map((group) => {
    const filled = group.fields.filter(({ key }) => !blank(values[key]));
    if (filled.length === 0) return null;
    return (
      <section key={group.id} className="flex flex-col gap-2 border-line border-t pt-3">
        <h3 className="font-medium text-ink-2 text-xs">{group.name || 'Your own fields'}</h3>
        <Facts
          rows={filled.map((field) => ({
            label: field.name,
            value: <FieldValue account={account} field={field} value={values[field.key]} />,
          }))}
        />
      </section>
    );
  });
}
