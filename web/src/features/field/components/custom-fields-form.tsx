import { useQuery } from '@tanstack/react-query';
import { Disclosure } from '@/ui/disclosure';
import { Skeleton } from '@/ui/skeleton';
import { type FieldObject, fieldsQuery, foldersQuery } from '../api';
import { byFolder } from '../value';
import { FieldControl } from './field-control';

interface Props {
  account: string;
  object: FieldObject;
  values: Record<string, unknown>;
  errors?: Record<string, { message?: string }>;
  onChange: (key: string, value: unknown) => void;
}

/** The sub-account's own fields with their values, folder by folder. */
export function CustomFieldsForm({ account, object, values, errors, onChange }: Props) {
  const fields = useQuery(fieldsQuery(account, object));
  const folders = useQuery(foldersQuery(account, object));
  if (fields.isPending || folders.isPending) return <Skeleton className="h-8" />;
  if (!fields.data)
    return (
      <p role="alert" className="text-bad text-xs">
        Your own fields could not be loaded. What they hold stays as it is.
      </p>
    );
  const groups = byFolder(fields.data, folders.data ?? []).filter((group) => group.fields.length > 0);
  return groups.map((group) => {
    const filled = group.fields.filter(({ key }) => (values[key] ?? '') !== '').length;
    const wanting = group.fields.some(({ key, required }) => required || errors?.[key]);
    return (
      <Disclosure
        key={group.id}
        title={group.name || 'Your own fields'}
        note={filled > 0 ? `${filled} of ${group.fields.length}` : ''}
        open={filled > 0 || wanting}
      >
        {group.fields.map((field) => (
          <FieldControl
            key={field.id}
            account={account}
            field={field}
            value={values[field.key]}
            error={errors?.[field.key]?.message}
            onChange={(value) => onChange(field.key, value)}
          />
        ))}
      </Disclosure>
    );
  });
}
